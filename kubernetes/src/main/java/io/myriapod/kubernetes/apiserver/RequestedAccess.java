package io.myriapod.kubernetes.apiserver;

import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Method and path of a request in the words of a ClusterRole. Kubernetes API concepts, "URIs". */
final class RequestedAccess {
  private static final Set<String> ROOTS = Set.of("api", "apis");

  private RequestedAccess() {}

  static AccessRule of(String method, URI uri) {
    List<String> path =
        Arrays.stream(uri.getPath().split("/"))
            .filter(segment -> !segment.isEmpty())
            .dropWhile(segment -> !ROOTS.contains(segment)) // what a proxy puts before it
            .toList();
    boolean core = !path.isEmpty() && path.get(0).equals("api");
    String group = core || path.size() < 2 ? "" : path.get(1);
    List<String> rest = path.subList(Math.min(core ? 2 : 3, path.size()), path.size());
    if (rest.size() > 2 && rest.get(0).equals("namespaces")) {
      rest = rest.subList(2, rest.size());
    }
    String resource = rest.isEmpty() ? "" : rest.get(0);
    if (rest.size() > 2) {
      resource += "/" + rest.get(2);
    }
    return new AccessRule(verb(method, rest.size() > 1, uri), group, resource);
  }

  private static String verb(String method, boolean named, URI uri) {
    switch (method) {
      case "GET":
        String query = uri.getQuery() == null ? "" : uri.getQuery();
        return query.contains("watch=true") ? "watch" : named ? "get" : "list";
      case "POST":
        return "create";
      case "PUT":
        return "update";
      default:
        return method.toLowerCase(Locale.ROOT);
    }
  }
}
