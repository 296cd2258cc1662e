/**
 * The plugin {@code host-device}: a device of the node goes into the pod and comes back as it was.
 *
 * <p>How a device is found, who may have it, what must be remembered of it, and how it comes home.
 * Addresses of the pod are ipam's; what a link is, is linux's.
 */
package io.myriapod.base.hostdevice;
