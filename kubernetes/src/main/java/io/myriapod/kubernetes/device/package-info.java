/**
 * Devices that a device plugin hands out: which of them the kubelet gave to whom, and the files by
 * which plugins tell what they are. Knows ids, and nothing of buses and drivers.
 */
package io.myriapod.kubernetes.device;
