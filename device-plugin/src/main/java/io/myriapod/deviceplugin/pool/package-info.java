/**
 * Pools: which device belongs to which resource and why, whether it is fit, and what is done when a
 * container gets it. Speaks no gRPC.
 */
package io.myriapod.deviceplugin.pool;
