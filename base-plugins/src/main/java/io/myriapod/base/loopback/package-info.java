/** The plugin {@code loopback}: sets {@code lo} of a pod up and tells its addresses. */
package io.myriapod.base.loopback;
