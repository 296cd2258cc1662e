/**
 * What a PCI function or an auxiliary device is besides its links: RDMA devices, vDPA devices,
 * auxiliary devices below it, and the files by which programs use them. Read only, from sysfs.
 *
 * <p>A device is named by its path below {@code /sys}, as {@link io.myriapod.linux.pci.DeviceTree}
 * gives it. What goes away while it is read is left out. Names of files are below {@code /dev}.
 */
package io.myriapod.linux.device;
