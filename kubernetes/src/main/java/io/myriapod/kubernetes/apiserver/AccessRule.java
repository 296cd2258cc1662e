package io.myriapod.kubernetes.apiserver;

/**
 * One thing that the agent may ask of the API server, in the words of a ClusterRole.
 *
 * @param group empty for the core group
 * @param resource plural, with {@code /} and the subresource if there is one
 */
public record AccessRule(String verb, String group, String resource) {
  @Override
  public String toString() {
    return group.isEmpty()
        ? "%s %s".formatted(verb, resource)
        : "%s %s.%s".formatted(verb, resource, group);
  }
}
