package io.myriapod.e2e.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.HTTPGetAction;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBinding;
import io.myriapod.agent.config.AgentConfig;
import io.myriapod.agent.config.AgentPaths;
import io.myriapod.agent.config.HttpSettings;
import io.myriapod.fixtures.node.Product;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What {@code kubectl apply -k} makes of {@code deploy/base} and of each overlay. */
class ManifestsTest {
  private static final Map<String, String> IN_CLUSTER = Map.of("KUBERNETES_SERVICE_HOST", "::1");

  @TempDir private Path root;

  static List<String> folders() throws IOException {
    try (Stream<Path> overlays = Files.list(Product.top().resolve("deploy/overlays"))) {
      return Stream.concat(
              Stream.of("base"), overlays.map(one -> "overlays/" + one.getFileName()).sorted())
          .toList();
    }
  }

  @Test
  void rendered_withAFieldThatIsNotKnown_isRefused() {
    String misspelt =
        "{apiVersion: apps/v1, kind: DaemonSet, spec: {template: {spec: {hostNetworks: true}}}}";

    assertThrows(AssertionError.class, () -> Rendered.parse(misspelt));
  }

  @ParameterizedTest
  @MethodSource("folders")
  void objects_belongTogether(String folder) {
    Rendered rendered = Rendered.of(folder);
    DaemonSet agent = rendered.the(DaemonSet.class);

    PodSpec pod = agent.getSpec().getTemplate().getSpec();
    ObjectMeta account = rendered.the(ServiceAccount.class).getMetadata();
    assertEquals(account.getName(), pod.getServiceAccountName());
    assertEquals(account.getNamespace(), agent.getMetadata().getNamespace());
    assertEquals(
        agent.getSpec().getSelector().getMatchLabels(),
        agent.getSpec().getTemplate().getMetadata().getLabels());
    for (ClusterRoleBinding binding : rendered.all(ClusterRoleBinding.class)) {
      assertEquals(
          rendered.the(ClusterRole.class).getMetadata().getName(), binding.getRoleRef().getName());
      assertEquals(account.getName(), binding.getSubjects().get(0).getName());
      assertEquals(account.getNamespace(), binding.getSubjects().get(0).getNamespace());
    }
  }

  /** A role is there exactly if the agent asks an API server. */
  @ParameterizedTest
  @MethodSource("folders")
  void configuration_isReadByTheAgent(String folder) throws IOException {
    Rendered rendered = Rendered.of(folder);

    AgentConfig config = configuration(rendered);

    assertTrue(config.http().isPresent(), "the probes ask there");
    assertEquals(rendered.all(ClusterRole.class).size(), config.apiServer().isPresent() ? 1 : 0);
    if (config.devicePlugin().isPresent()) {
      Path file = config.devicePlugin().get().configFile();
      Path pools = Files.createDirectories(root.resolve(Path.of("/").relativize(file)).getParent());
      Files.writeString(pools.resolve(file.getFileName()), mounted(rendered, file));
      assertEquals(List.of(), config.devicePlugin().get().pools(new AgentPaths(root)).findings());
    }
  }

  @ParameterizedTest
  @MethodSource("folders")
  void probes_askWhereTheAgentAnswers(String folder) throws IOException {
    Rendered rendered = Rendered.of(folder);
    HttpSettings http = configuration(rendered).http().orElseThrow();
    Container agent = agent(rendered);

    for (Probe probe :
        List.of(agent.getStartupProbe(), agent.getLivenessProbe(), agent.getReadinessProbe())) {
      HTTPGetAction asked = probe.getHttpGet();
      assertEquals("127.0.0.1", asked.getHost());
      assertEquals(http.port(), asked.getPort().getIntVal());
      assertTrue(Set.of("/livez", "/readyz").contains(asked.getPath()), asked.getPath());
    }
    assertTrue(http.address().isLoopbackAddress() || http.address().isAnyLocalAddress());
    for (OfPrometheus.PodMonitor monitor : rendered.all(OfPrometheus.PodMonitor.class)) {
      String wanted = monitor.spec().podMetricsEndpoints().get(0).port();
      ContainerPort port =
          agent.getPorts().stream()
              .filter(one -> one.getName().equals(wanted))
              .findFirst()
              .orElseThrow();
      assertEquals(http.port(), port.getContainerPort());
      assertFalse(http.address().isLoopbackAddress(), "Prometheus is not on the node");
    }
  }

  @ParameterizedTest
  @MethodSource("folders")
  void mounts_haveTheirVolumes(String folder) {
    Rendered rendered = Rendered.of(folder);
    PodSpec pod = rendered.the(DaemonSet.class).getSpec().getTemplate().getSpec();
    Set<String> mounted = new TreeSet<>();

    for (Container container : pod.getContainers()) {
      Set<String> paths = new HashSet<>();
      for (VolumeMount mount : container.getVolumeMounts()) {
        mounted.add(mount.getName());
        assertTrue(paths.add(mount.getMountPath()), mount.getMountPath() + " twice");
        assertTrue(mount.getSubPath() == null, "the kubelet never renews a subPath");
        assertFalse(mount.getMountPath().contains("netns"), mount.getMountPath());
      }
      assertTrue(container.getResources().getLimits().isEmpty(), "limits");
      assertTrue(container.getResources().getRequests().containsKey("memory"), "requests");
    }
    assertEquals(names(pod.getVolumes(), Volume::getName), mounted);
    assertEquals(
        names(rendered.all(ConfigMap.class), one -> one.getMetadata().getName()).stream()
            .filter(name -> !name.endsWith("-dashboard"))
            .collect(Collectors.toSet()),
        pod.getVolumes().stream()
            .filter(volume -> volume.getConfigMap() != null)
            .map(volume -> volume.getConfigMap().getName())
            .collect(Collectors.toSet()));
  }

  /** A lease or a journal below a path that only the container knows is lost with it. */
  @ParameterizedTest
  @MethodSource("folders")
  void foldersOfTheNode_areWhereTheyAreOnTheNode(String folder) {
    Rendered rendered = Rendered.of(folder);
    Map<String, String> paths =
        rendered.the(DaemonSet.class).getSpec().getTemplate().getSpec().getVolumes().stream()
            .filter(volume -> volume.getHostPath() != null)
            .collect(Collectors.toMap(Volume::getName, volume -> volume.getHostPath().getPath()));

    for (VolumeMount mount : agent(rendered).getVolumeMounts()) {
      assertEquals(mount.getMountPath(), paths.getOrDefault(mount.getName(), mount.getMountPath()));
    }
  }

  @Test
  void mountsOfTheBase_areDocumented() throws IOException {
    Matcher row =
        Pattern.compile("(?m)^\\| `(/[^`]+)` \\(")
            .matcher(Files.readString(Product.top().resolve("docs/install.md")));
    Set<String> documented = new TreeSet<>();
    while (row.find()) {
      documented.add(row.group(1));
    }

    assertEquals(
        documented, names(agent(Rendered.of("base")).getVolumeMounts(), VolumeMount::getMountPath));
  }

  /** What docs/operations.md lists below "Files", with the device plugin: else it has no pools. */
  @Test
  void filesOfTheAgent_areOnTheNode() throws IOException {
    Set<String> mounted =
        names(agent(Rendered.of("overlays/sriov")).getVolumeMounts(), VolumeMount::getMountPath);
    String page = Files.readString(Product.top().resolve("docs/operations.md"));
    String table = page.substring(page.indexOf("\n## Files\n"), page.indexOf("\n## Environment\n"));
    Matcher file = Pattern.compile("(?m)^\\| `(/[^`]+)`").matcher(table);
    int files = 0;

    for (; file.find(); files++) {
      String path = file.group(1);
      assertTrue(mounted.stream().anyMatch(folder -> path.startsWith(folder + "/")), path);
    }
    assertTrue(files > 15, "files: " + files);
  }

  @Test
  void image_ofTheBase_isThatOfThisVersion() throws IOException {
    Matcher version =
        Pattern.compile("<version>([^<]+)</version>")
            .matcher(Files.readString(Product.top().resolve("pom.xml")));
    assertTrue(version.find());

    assertEquals("myriapod:" + version.group(1), agent(Rendered.of("base")).getImage());
  }

  /** With the definition all networks of the cluster would go. */
  @Test
  void uninstall_deleted_leavesTheDefinition() {
    Rendered rendered = Rendered.of("overlays/uninstall");

    assertEquals(List.of(), rendered.all(CustomResourceDefinition.class));
    assertEquals(List.of("agent"), agent(rendered).getArgs());
  }

  private AgentConfig configuration(Rendered rendered) throws IOException {
    Path file = new AgentPaths(root).config();
    Files.createDirectories(file.getParent());
    Files.writeString(file, mounted(rendered, new AgentPaths(Path.of("/")).config()));
    return AgentConfig.read(file, IN_CLUSTER);
  }

  /** What the agent finds in a file that a ConfigMap brings. */
  private static String mounted(Rendered rendered, Path file) {
    String volume =
        agent(rendered).getVolumeMounts().stream()
            .filter(mount -> mount.getMountPath().equals(file.getParent().toString()))
            .map(VolumeMount::getName)
            .findFirst()
            .orElseThrow(() -> new AssertionError("nothing is mounted for " + file));
    String name =
        rendered.the(DaemonSet.class).getSpec().getTemplate().getSpec().getVolumes().stream()
            .filter(one -> one.getName().equals(volume))
            .map(one -> one.getConfigMap().getName())
            .findFirst()
            .orElseThrow();
    return rendered.all(ConfigMap.class).stream()
        .filter(one -> one.getMetadata().getName().equals(name))
        .map(one -> one.getData().get(file.getFileName().toString()))
        .findFirst()
        .orElseThrow();
  }

  private static Container agent(Rendered rendered) {
    return rendered.the(DaemonSet.class).getSpec().getTemplate().getSpec().getContainers().stream()
        .filter(container -> container.getName().equals("agent"))
        .findFirst()
        .orElseThrow();
  }

  private static <T> Set<String> names(List<T> things, Function<T, String> name) {
    return things.stream().map(name).collect(Collectors.toCollection(TreeSet::new));
  }
}
