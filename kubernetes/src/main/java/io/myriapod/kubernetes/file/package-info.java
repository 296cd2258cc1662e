/** Writing files that others read. */
package io.myriapod.kubernetes.file;
