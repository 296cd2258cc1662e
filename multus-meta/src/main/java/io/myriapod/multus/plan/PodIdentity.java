package io.myriapod.multus.plan;

import io.myriapod.cni.args.CniArgs;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.kubernetes.PodRef;
import java.util.Optional;

/** Which pod the runtime says it is, in {@code CNI_ARGS}. */
public final class PodIdentity {
  private PodIdentity() {}

  /**
   * The pod; empty if the runtime names neither namespace nor name, as one without Kubernetes does.
   *
   * @throws CniException 4 if it names only one of them, or a name is none
   */
  public static Optional<PodRef> of(CniArgs args) {
    Optional<String> namespace = nonEmpty(args, "K8S_POD_NAMESPACE");
    Optional<String> name = nonEmpty(args, "K8S_POD_NAME");
    if (namespace.isEmpty() && name.isEmpty()) {
      return Optional.empty();
    }
    if (namespace.isEmpty() || name.isEmpty()) {
      throw bad("has no %s".formatted(namespace.isEmpty() ? "K8S_POD_NAMESPACE" : "K8S_POD_NAME"));
    }
    try {
      return Optional.of(new PodRef(namespace.get(), name.get(), nonEmpty(args, "K8S_POD_UID")));
    } catch (IllegalArgumentException e) {
      throw bad("is wrong: " + e.getMessage());
    }
  }

  private static Optional<String> nonEmpty(CniArgs args, String key) {
    return args.get(key).filter(value -> !value.isEmpty());
  }

  private static CniException bad(String finding) {
    return new CniException(
        ErrorCode.BAD_ENVIRONMENT,
        "CNI_ARGS " + finding,
        "the container runtime sets K8S_POD_NAMESPACE and K8S_POD_NAME");
  }
}
