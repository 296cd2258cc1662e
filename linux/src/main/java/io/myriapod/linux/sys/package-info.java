/**
 * What the kernel shows as files: sysctls, sysfs, the boot id. Each below a root that a test can
 * move to a tree of its own.
 */
package io.myriapod.linux.sys;
