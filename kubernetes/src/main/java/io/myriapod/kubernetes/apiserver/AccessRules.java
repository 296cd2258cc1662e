package io.myriapod.kubernetes.apiserver;

import java.util.List;

/**
 * All that the agent asks of the API server; {@code deploy/base/rbac.yaml} grants this and no more.
 */
public final class AccessRules {
  static final String CNI_GROUP = "k8s.cni.cncf.io";
  static final String NETWORKS = "network-attachment-definitions";

  /** In the order of the role. */
  public static final List<AccessRule> ALL =
      List.of(
          new AccessRule("get", "", "pods"),
          new AccessRule("list", "", "pods"),
          new AccessRule("watch", "", "pods"),
          new AccessRule("patch", "", "pods/status"),
          new AccessRule("get", CNI_GROUP, NETWORKS),
          new AccessRule("list", CNI_GROUP, NETWORKS),
          new AccessRule("watch", CNI_GROUP, NETWORKS),
          new AccessRule("create", "", "events"));

  private AccessRules() {}
}
