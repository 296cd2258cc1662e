/**
 * Pools as the operator wants them: the {@code config.json} of the SR-IOV network device plugin,
 * key by key, and our own keys beside them; what is wrong in it, with its place; and when it
 * becomes another. Knows nothing of the devices that are there.
 */
package io.myriapod.deviceplugin.config;
