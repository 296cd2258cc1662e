/**
 * What a container gets with its devices: environment, device files, device information, CDI. All
 * of it is read from the kernel at the moment of the allocation.
 */
package io.myriapod.deviceplugin.container;
