/**
 * What devlink says of a network card: the versions of its firmware.
 * Documentation/networking/devlink and include/uapi/linux/devlink.h of the kernel. Read only.
 */
package io.myriapod.linux.devlink;
