package io.myriapod.e2e.deploy;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBinding;
import io.myriapod.fixtures.Command;
import io.myriapod.fixtures.node.Product;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The objects of one folder of {@code deploy/}, as kubectl renders them. Each of a kind that is
 * known here; a field that such an object does not have is an assertion error.
 */
record Rendered(List<Object> objects) {
  private static final Duration DOWNLOAD = Duration.ofMinutes(3);
  private static final Map<String, Class<?>> KINDS =
      Map.of(
          "apiextensions.k8s.io/v1 CustomResourceDefinition", CustomResourceDefinition.class,
          "rbac.authorization.k8s.io/v1 ClusterRole", ClusterRole.class,
          "rbac.authorization.k8s.io/v1 ClusterRoleBinding", ClusterRoleBinding.class,
          "v1 ServiceAccount", ServiceAccount.class,
          "v1 ConfigMap", ConfigMap.class,
          "apps/v1 DaemonSet", DaemonSet.class,
          "monitoring.coreos.com/v1 PodMonitor", OfPrometheus.PodMonitor.class,
          "monitoring.coreos.com/v1 PrometheusRule", OfPrometheus.PrometheusRule.class);

  /** The models keep what they do not know; here it is refused. */
  private static final YAMLMapper STRICT =
      YAMLMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .annotationIntrospector(
              new JacksonAnnotationIntrospector() {
                private static final long serialVersionUID = 1;

                @Override
                public Boolean hasAnySetter(Annotated annotated) {
                  return false;
                }
              })
          .build();

  private static final Map<String, Rendered> KNOWN = new HashMap<>();
  private static String kubectl;

  Rendered {
    objects = List.copyOf(objects);
  }

  /** Of a folder of {@code deploy/}, e.g. {@code overlays/sriov}. */
  static synchronized Rendered of(String folder) {
    return KNOWN.computeIfAbsent(folder, Rendered::render);
  }

  private static Rendered render(String folder) {
    String path = Product.top().resolve("deploy").resolve(folder).toString();
    return parse(Command.of(kubectl(), "kustomize", path).run().out());
  }

  private static String kubectl() {
    if (kubectl == null) {
      String script = Product.top().resolve("test/kubectl").toString();
      kubectl = Command.of(script).within(DOWNLOAD).run().out().strip();
    }
    return kubectl;
  }

  static Rendered parse(String manifests) {
    List<Object> objects = new ArrayList<>();
    try (MappingIterator<JsonNode> documents =
        STRICT.readerFor(JsonNode.class).readValues(manifests)) {
      while (documents.hasNext()) {
        JsonNode one = documents.next();
        String kind = one.path("apiVersion").asText() + " " + one.path("kind").asText();
        if (!KINDS.containsKey(kind)) {
          throw new AssertionError("no model of a " + kind);
        }
        objects.add(STRICT.treeToValue(one, KINDS.get(kind)));
      }
    } catch (IOException e) {
      throw new AssertionError(e.getMessage(), e);
    }
    return new Rendered(objects);
  }

  <T> List<T> all(Class<T> kind) {
    return objects.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  /** The only one of that kind. */
  <T> T the(Class<T> kind) {
    List<T> found = all(kind);
    if (found.size() != 1) {
      throw new AssertionError("%d of %s".formatted(found.size(), kind.getSimpleName()));
    }
    return found.get(0);
  }
}
