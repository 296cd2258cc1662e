package io.myriapod.e2e.behaviour;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.Status;
import io.myriapod.fixtures.Command;
import io.myriapod.fixtures.InNamespaces;
import io.myriapod.fixtures.Netns;
import io.myriapod.fixtures.Result;
import io.myriapod.fixtures.grpc.Reply;
import io.myriapod.fixtures.grpc.WireWriter;
import io.myriapod.fixtures.kubelet.FakeKubelet;
import io.myriapod.fixtures.kubelet.Pod;
import io.myriapod.fixtures.node.AgentProcess;
import io.myriapod.fixtures.node.Sandbox;
import io.myriapod.fixtures.sysfs.FakeSysfs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whoever has the kubelet's folders, as containers have, cannot end the agent or hold it up. It has
 * the memory that it has on a node, and was started under the laxest umask.
 */
@InNamespaces(kinds = "veth")
@Timeout(120)
class BadKubeletIT {
  private static final String FUNCTION = "0000:01:10.0";
  private static final String VFS = "intel.com/vfs";
  private static final String ALLOCATE = "v1beta1.DevicePlugin/Allocate";

  @TempDir static Path root;
  private static Netns node;
  private static FakeKubelet kubelet;
  private static AgentProcess agent;

  @BeforeAll
  static void open() throws IOException {
    node = Netns.create("node");
    FakeSysfs sysfs = new FakeSysfs(root.resolve("sys"));
    sysfs.function(FUNCTION, "0x8086", "0x10ca", Optional.of("igbvf"));
    write(
        "etc/myriapod/config.yaml",
        "devicePlugin: {settleMillis: 20, useCdi: true, resourceList: [{resourceName: vfs}]}\n");
    WebPod.announce(root, VFS, "fast");
    kubelet = FakeKubelet.startWatching(root.resolve("var/lib/kubelet"));
    agent =
        AgentProcess.launch(
                node,
                root,
                List.of("-Dmyriapod.sys=" + sysfs.root()),
                List.of("sh", "-c", "umask 0; exec \"$@\"", "sh"))
            .awaitReady();
    kubelet.awaitDevices(VFS, devices -> devices.size() == 1, Duration.ofSeconds(20));
  }

  private static void write(String file, String text) throws IOException {
    Path path = root.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }

  @AfterAll
  static void close() {
    agent.close();
    kubelet.close();
    node.close();
  }

  @AfterEach
  void requireServed() {
    assertFalse(agent.hasEnded(), agent.log());
    Pod pod = new Pod("shop", "other", "uid-2");
    assertEquals(List.of(FUNCTION), kubelet.allocate(pod, "app", VFS, 1).deviceIds());
    kubelet.release(pod);
  }

  private static Reply allocate(byte[] request) {
    Path socket = kubelet.folder().pluginsRegistry().resolve("intel.com_vfs.sock");
    return kubelet.call(socket, ALLOCATE, request);
  }

  /** Of two bytes each; read, they take more memory than the agent has. */
  @Test
  void allocate_forMillionsOfContainers_isRefusedUnread() {
    byte[] request = new byte[15 << 20];
    for (int i = 0; i < request.length; i += 2) {
      request[i] = 0x0a;
    }

    Reply.Refusal refusal = (Reply.Refusal) allocate(request);

    assertEquals(Status.Code.RESOURCE_EXHAUSTED, refusal.code());
  }

  @Test
  void allocate_requestIsNoMessage_isOneLineOfTheLog() {
    long before = agent.log().lines().count();

    assertTrue(allocate(new byte[] {0x0a, 0x7f, 0x01}) instanceof Reply.Refusal);

    List<String> added = agent.log().lines().skip(before).toList();
    assertTrue(added.size() <= 1, added.toString());
  }

  @Test
  void allocate_veryManyAtOnce_answersAll() throws InterruptedException {
    byte[] request =
        new WireWriter().message(1, new WireWriter().strings(1, List.of(FUNCTION))).bytes();
    List<Reply> replies = Collections.synchronizedList(new ArrayList<>());
    List<Thread> callers = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      Thread caller = new Thread(() -> replies.add(allocate(request)));
      caller.start();
      callers.add(caller);
    }
    for (Thread caller : callers) {
      caller.join();
    }

    assertEquals(40, replies.stream().filter(one -> one instanceof Reply.Message).count());
  }

  @Test
  void add_checkpointIsAFifo_isToBeTriedAgainAndHoldsNobodyUp() throws IOException {
    kubelet.stop();
    Path checkpoint = kubelet.folder().devicePlugins().resolve("kubelet_internal_checkpoint");
    Path socket = root.resolve("var/lib/kubelet/pod-resources/kubelet.sock");
    Files.deleteIfExists(socket);
    Files.deleteIfExists(checkpoint);
    Command.of("mkfifo", checkpoint.toString()).run();
    try (Netns netns = Netns.create("web")) {
      Sandbox sandbox = WebPod.sandbox(node, root, netns);

      Result refused = sandbox.attempt("ADD");

      assertEquals(11, refused.json().path("code").asInt(), refused.toString());
      assertTrue(sandbox.attempt("DEL").ok());
    } finally {
      Files.delete(checkpoint);
      kubelet.start();
      kubelet.awaitDevices(VFS, devices -> devices.size() == 1, Duration.ofSeconds(20));
    }
  }

  @Test
  void files_underALaxUmask_areWrittenByNobodyElse() throws IOException {
    kubelet.allocate(new Pod("shop", "other", "uid-2"), "app", VFS, 1);
    List<Path> lax;
    try (Stream<Path> made =
        Stream.of("run", "var/lib/myriapod", "var/run", "var/lib/kubelet/plugins_registry")
            .map(root::resolve)
            .filter(Files::exists)
            .flatMap(BadKubeletIT::below)) {
      lax = made.filter(BadKubeletIT::isWrittenByOthers).toList();
    }

    assertEquals(List.of(), lax);
    assertTrue(Files.exists(root.resolve("var/run/k8s.cni.cncf.io/devinfo/dp")));
  }

  private static Stream<Path> below(Path folder) {
    try {
      return Files.walk(folder);
    } catch (IOException e) {
      throw new AssertionError("walk " + folder, e);
    }
  }

  private static boolean isWrittenByOthers(Path file) {
    try {
      return !Files.isSymbolicLink(file)
          && Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS)
              .contains(PosixFilePermission.OTHERS_WRITE);
    } catch (IOException e) {
      throw new AssertionError("look at " + file, e);
    }
  }
}
