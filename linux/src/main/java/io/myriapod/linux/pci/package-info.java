/**
 * PCI functions as sysfs has them: physical and virtual functions, drivers, IOMMU groups. Read
 * only, addressed by PCI address and never by the name of a link. What is done to them is the
 * business of others. Source: Documentation/ABI/testing/sysfs-bus-pci of the kernel.
 */
package io.myriapod.linux.pci;
