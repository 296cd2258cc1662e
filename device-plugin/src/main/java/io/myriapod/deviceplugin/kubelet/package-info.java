/**
 * The servers towards the kubelet: a socket per resource, how it becomes known to the kubelet and
 * stays so, and the calls that come in over it. What a device is and what is done to it is none of
 * its business; it asks the {@link io.myriapod.deviceplugin.pool.Pool}.
 */
package io.myriapod.deviceplugin.kubelet;
