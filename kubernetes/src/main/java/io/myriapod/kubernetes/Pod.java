package io.myriapod.kubernetes;

import java.util.Map;
import java.util.Optional;

/** What attaching a pod needs to know of it. A manifest in a directory may have no uid. */
public record Pod(
    String namespace, String name, Optional<String> uid, Map<String, String> annotations) {
  private static final String CONFIG_SOURCE = "kubernetes.io/config.source";
  private static final String CONFIG_MIRROR = "kubernetes.io/config.mirror";

  /** Throws {@link IllegalArgumentException} that shows the offending name. */
  public Pod {
    ObjectNames.requireLabel("pod namespace", namespace);
    ObjectNames.requireSubdomain("pod name", name);
    annotations = Map.copyOf(annotations);
  }

  /** The reference that names this pod. */
  public PodRef ref() {
    return new PodRef(namespace, name, uid);
  }

  /** The annotation's text, if it has one. */
  public Optional<String> annotation(String key) {
    return Optional.ofNullable(annotations.get(key));
  }

  /**
   * Whether the kubelet runs it from a file or URL rather than from the API server; its mirror in
   * the API then has another uid than the runtime says. kubelet's types.IsStaticPod.
   */
  public boolean isStatic() {
    return annotation(CONFIG_SOURCE).filter(source -> !source.equals("api")).isPresent();
  }

  /**
   * Whether the runtime's pod of that uid can be this one: uids agree, or one of them is not known,
   * or the pod is static.
   */
  public boolean mayBe(Optional<String> runtimeUid) {
    return isStatic() || uid.isEmpty() || runtimeUid.isEmpty() || uid.equals(runtimeUid);
  }

  /**
   * Whether it may be the mirror of an earlier manifest than the one that the runtime's pod is of:
   * of a static pod the runtime's uid is a hash of the manifest, which the mirror repeats.
   */
  public boolean mayBeOutdated(Optional<String> runtimeUid) {
    Optional<String> mirrored = annotation(CONFIG_MIRROR);
    return isStatic()
        && runtimeUid.isPresent()
        && mirrored.isPresent()
        && !mirrored.equals(runtimeUid);
  }
}
