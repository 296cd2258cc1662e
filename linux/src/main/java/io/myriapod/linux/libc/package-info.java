/**
 * The native edge: libc's system calls as Java methods that throw {@link
 * io.myriapod.linux.libc.ErrnoException}.
 *
 * <p>The only package that knows JNR. What lives here is what a man page of section 2 describes,
 * one method each, and the numbers of its flags; no netlink, no policy. Other modules use the
 * exception and {@link io.myriapod.linux.libc.Errno} alone.
 */
package io.myriapod.linux.libc;
