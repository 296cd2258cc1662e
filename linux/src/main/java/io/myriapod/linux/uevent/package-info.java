/**
 * What the kernel tells of devices: that one came or went, got or lost its driver. man 7 netlink
 * (NETLINK_KOBJECT_UEVENT), lib/kobject_uevent.c and Documentation/ABI/testing/sysfs-uevent of the
 * kernel. What is known of the device otherwise is read from sysfs.
 */
package io.myriapod.linux.uevent;
