package io.myriapod.linux.libc;

import jnr.ffi.annotations.In;
import jnr.ffi.annotations.Out;
import jnr.ffi.types.size_t;
import jnr.ffi.types.ssize_t;

/**
 * The functions of libc that are called, as JNR wants them declared. Public only because JNR's
 * generated class cannot load it otherwise; use {@link Libc}. Paths are UTF-8 with a final zero.
 */
public interface SystemCalls {
  int socket(int domain, int type, int protocol);

  int bind(int fd, @In byte[] address, int length);

  @ssize_t
  long send(int fd, @In byte[] data, @size_t long length, int flags);

  @ssize_t
  long recvfrom(
      int fd,
      @Out byte[] data,
      @size_t long length,
      int flags,
      @Out byte[] sender,
      @In @Out int[] senderLength);

  int setsockopt(int fd, int level, int option, @In byte[] value, int length);

  int getsockopt(int fd, int level, int option, @Out byte[] value, @In @Out int[] length);

  int open(@In byte[] path, int flags, int mode);

  long syscall(long number, int directory, @In byte[] path, @In byte[] how, @size_t long size);

  int close(int fd);

  @ssize_t
  long read(int fd, @Out byte[] data, @size_t long length);

  @ssize_t
  long write(int fd, @In byte[] data, @size_t long length);

  int fstatfs(int fd, @Out byte[] status);

  int ioctl(int fd, long request, long argument);

  int setns(int fd, int type);

  int flock(int fd, int operation);

  int inotify_init1(int flags);

  int inotify_add_watch(int fd, @In byte[] path, int mask);

  int inotify_rm_watch(int fd, int watch);

  int kill(int pid, int signal);

  int poll(@In @Out byte[] entries, long count, int milliseconds);
}
