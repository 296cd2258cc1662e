package io.myriapod.base.tuning;

import io.myriapod.cni.error.CniException;
import io.myriapod.linux.libc.Errno;
import io.myriapod.linux.libc.ErrnoException;
import io.myriapod.linux.sys.Sysctl;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads and writes sysctls of a pod; one that turns out to be the node's is put back. */
final class PodSysctls {
  private static final Logger LOG = LoggerFactory.getLogger(PodSysctls.class);

  private final Sysctl pod;
  private final Sysctl node;

  PodSysctls(Sysctl pod, Sysctl node) {
    this.pod = pod;
    this.node = node;
  }

  /** Throws CniException 7 for a setting that no link of this kernel can have. */
  void requireKnown(List<SysctlSetting> settings) {
    for (SysctlSetting one : settings) {
      if (!isThere(one.pathBeforeLinks())) {
        throw unknown(one);
      }
    }
  }

  private boolean isThere(String path) {
    try {
      return pod.read(path).isPresent();
    } catch (ErrnoException e) {
      return !e.is(Errno.ENOTDIR) && !e.is(Errno.EISDIR); // else it is just not readable
    }
  }

  private static CniException unknown(SysctlSetting setting) {
    return setting.refused(
        "a sysctl that the pod has: there is no /proc/sys/%s".formatted(setting.path()));
  }

  /**
   * The values now, by path; without those that can only be written.
   *
   * @throws CniException 7 for one that is not there
   */
  Map<String, String> read(List<SysctlSetting> settings) {
    Map<String, String> values = new LinkedHashMap<>();
    for (SysctlSetting one : settings) {
      if (!isThere(one.path())) {
        throw unknown(one);
      }
      read(pod, one.path()).ifPresent(value -> values.put(one.path(), value));
    }
    return values;
  }

  /** Empty if it cannot be read, for whatever reason. */
  static Optional<String> read(Sysctl place, String path) {
    try {
      return place.read(path);
    } catch (ErrnoException e) {
      return Optional.empty();
    }
  }

  /**
   * Writes all.
   *
   * @return what the kernel shows then, by path; it may write a value in another way
   * @throws CniException 7 for a value that it refuses
   */
  Map<String, String> write(List<SysctlSetting> settings) {
    Map<String, String> shown = new LinkedHashMap<>();
    settings.forEach(one -> write(one).ifPresent(value -> shown.put(one.path(), value)));
    return shown;
  }

  private Optional<String> write(SysctlSetting one) {
    Optional<String> before = read(pod, one.path());
    Optional<String> ofNode = read(node, one.path());
    try {
      pod.write(one.path(), one.value());
    } catch (ErrnoException e) {
      throw refused(one, e);
    }
    Optional<String> after = read(pod, one.path());
    boolean changed = !after.equals(before);
    if (changed && ofNode.equals(before) && read(node, one.path()).equals(after)) {
      before.ifPresent(value -> giveBack(one.path(), value));
      throw one.notThePods();
    }
    if (!changed && before.filter(value -> SysctlValue.same(value, one.value())).isEmpty()) {
      LOG.info("sysctl {}: took \"{}\", shows \"{}\"", one.path(), one.value(), after.orElse(""));
    }
    return after;
  }

  private void giveBack(String path, String value) {
    try {
      node.write(path, value);
    } catch (ErrnoException e) {
      LOG.error("sysctl {} is the whole node's and was changed: {}", path, e.getMessage());
    }
  }

  private static RuntimeException refused(SysctlSetting one, ErrnoException e) {
    if (e.is(Errno.EROFS)) {
      return e;
    }
    boolean locked = e.is(Errno.EACCES) || e.is(Errno.EPERM);
    return one.refused(
        locked
            ? "a sysctl that a pod may write (%s)".formatted(Errno.name(e.errno()))
            : "a value that the kernel takes (%s)".formatted(Errno.name(e.errno())));
  }
}
