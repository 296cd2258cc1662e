package io.myriapod.deviceplugin.kubelet;

import static io.myriapod.deviceplugin.kubelet.NodeUnderTest.LONG;
import static io.myriapod.deviceplugin.kubelet.NodeUnderTest.RESOURCE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.stub.StreamObserver;
import io.myriapod.deviceplugin.kubelet.Registration.State;
import io.myriapod.fixtures.Waiting;
import io.myriapod.fixtures.grpc.RawService;
import io.myriapod.fixtures.grpc.ServedSocket;
import io.myriapod.fixtures.grpc.UnixSockets;
import io.myriapod.fixtures.kubelet.DeviceUpdate;
import io.myriapod.fixtures.kubelet.FakeKubelet;
import io.myriapod.fixtures.kubelet.Pod;
import io.myriapod.fixtures.kubelet.RegistrationAttempt.Way;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is done when sockets, folders and kubelets vanish, come anew, or do not answer. */
class RecoveryIT {
  private static final Pod POD = Pod.of("default", "trader");
  private static final String SOCKET = "intel.com_vf.sock";

  @TempDir Path root;

  private FakeKubelet kubelet(RegistrationMode mode) {
    return mode == RegistrationMode.WATCHER
        ? FakeKubelet.startWatching(root)
        : FakeKubelet.start(root);
  }

  private Path socket(RegistrationMode mode) {
    return new KubeletFolder(root).of(mode).resolve(SOCKET);
  }

  @ParameterizedTest
  @EnumSource(RegistrationMode.class)
  void ownSocket_deleted_isServedAgainAndDevicesAreGiven(RegistrationMode mode) throws IOException {
    try (FakeKubelet kubelet = kubelet(mode);
        NodeUnderTest node = new NodeUnderTest(root)) {
      node.start(FakePool.of(4));
      node.awaitHealthy(kubelet, 4);

      Files.delete(socket(mode));

      Waiting.until(LONG, "a new socket", () -> SocketIdentity.isServed(socket(mode)));
      if (mode == RegistrationMode.WATCHER) {
        kubelet.awaitUpdate(RESOURCE, DeviceUpdate.Lost.class::isInstance, LONG);
      }
      node.awaitHealthy(kubelet, 4);
      assertEquals(2, kubelet.allocate(POD, "app", RESOURCE, 2).deviceIds().size());
    }
  }

  @ParameterizedTest
  @EnumSource(RegistrationMode.class)
  void folderOfSockets_deletedAndMadeByANewKubelet_isServedAgain(RegistrationMode mode)
      throws IOException {
    try (FakeKubelet kubelet = kubelet(mode);
        NodeUnderTest node = new NodeUnderTest(root)) {
      node.start(FakePool.of(4));
      node.awaitHealthy(kubelet, 4);
      Path folder = new KubeletFolder(root).of(mode);

      kubelet.stop();
      deleteAll(folder);
      node.awaitState(State.WAITING);
      Waiting.until(
          LONG,
          "the reason",
          () ->
              reason(node).startsWith("there is no folder " + new KubeletFolder(root).of(mode))
                  || mode == RegistrationMode.LEGACY);
      Files.createDirectory(folder);
      kubelet.start();

      node.awaitHealthy(kubelet, 4);
    }
  }

  @ParameterizedTest
  @EnumSource(RegistrationMode.class)
  void kubelet_refuses_isAskedAgainUntilItAccepts(RegistrationMode mode) {
    try (FakeKubelet kubelet = kubelet(mode);
        NodeUnderTest node = new NodeUnderTest(root)) {
      kubelet.refuseRegistrations("no plugins today");
      node.start(FakePool.of(4));

      node.awaitState(State.REFUSED);
      assertTrue(reason(node).contains("no plugins today"), reason(node));
      Waiting.until(LONG, "three attempts", () -> kubelet.attempts().size() >= 3);
      assertEquals(State.REFUSED, node.registration(FakePool.RESOURCE).state());
      kubelet.acceptRegistrations();

      node.awaitHealthy(kubelet, 4);
      List<State> states = node.changes().stream().map(Registration::state).toList();
      assertEquals(List.of(State.WAITING, State.REFUSED), states.subList(0, 2));
      assertEquals(1, Collections.frequency(states, State.REFUSED), states::toString);
    }
  }

  @ParameterizedTest
  @EnumSource(RegistrationMode.class)
  void kubelet_laterThan136_staysRegisteredOverItsRestarts(RegistrationMode mode) {
    try (FakeKubelet kubelet = kubelet(mode);
        NodeUnderTest node = new NodeUnderTest(root)) {
      kubelet.tellInstancesApart();
      node.start(FakePool.of(4));
      for (int i = 0; i < 3; i++) {
        node.awaitHealthy(kubelet, 4);
        kubelet.crash();
        node.awaitState(State.WAITING);
        kubelet.start();
      }
      node.awaitHealthy(kubelet, 4);
    }
  }

  @Test
  void kubelet_doesNotAnswerTheCall_isCalledAgain() throws IOException {
    AtomicInteger calls = new AtomicInteger();
    try (UnixSockets raw = new UnixSockets();
        NodeUnderTest node = new NodeUnderTest(root)) {
      serveKubelet(raw, (request, answer) -> calls.incrementAndGet());
      node.start(FakePool.of(1));

      Waiting.until(LONG, "a second call", () -> calls.get() >= 2);
      assertEquals(
          "call %s: no answer within PT2S".formatted(new KubeletFolder(root).kubeletSocket()),
          reason(node));
      assertEquals(State.WAITING, node.registration(FakePool.RESOURCE).state());
    }
  }

  @Test
  void kubelet_diedAndLeftItsSocket_isCalledUntilThereIsANewOne() throws IOException {
    Files.createDirectories(new KubeletFolder(root).devicePlugins());
    try (UnixSockets raw = new UnixSockets()) {
      raw.serve(new KubeletFolder(root).kubeletSocket(), List.of(RawService.named("any"))).kill();
    }
    try (NodeUnderTest node = new NodeUnderTest(root)) {
      node.start(FakePool.of(4));

      Waiting.until(LONG, "the reason", () -> reason(node).contains("nobody answers"));
      try (FakeKubelet kubelet = FakeKubelet.start(root)) {
        node.awaitHealthy(kubelet, 4);
      }
    }
  }

  @Test
  void kubelet_acceptsTheCallAndOpensNoStream_isCalledAgain() throws IOException {
    AtomicInteger calls = new AtomicInteger();
    try (UnixSockets raw = new UnixSockets();
        NodeUnderTest node = new NodeUnderTest(root)) {
      serveKubelet(
          raw,
          (request, answer) -> {
            calls.incrementAndGet();
            answer.onNext(new byte[0]);
            answer.onCompleted();
          });
      node.start(FakePool.of(1));

      Waiting.until(LONG, "a second call", () -> calls.get() >= 2);
      assertEquals(State.WAITING, node.registration(FakePool.RESOURCE).state());
    }
  }

  @Test
  void kubelet_doesNotLookIntoTheRegistry_getsANewSocketToSee() throws IOException {
    Files.createDirectories(new KubeletFolder(root).pluginsRegistry());
    try (UnixSockets raw = new UnixSockets();
        NodeUnderTest node = new NodeUnderTest(root)) {
      serveKubelet(raw, (request, answer) -> {});
      node.start(FakePool.of(1));
      Optional<SocketIdentity> first = SocketIdentity.at(socket(RegistrationMode.WATCHER));
      assertTrue(first.isPresent());

      Waiting.until(
          LONG,
          "a new socket",
          () -> {
            Optional<SocketIdentity> now = SocketIdentity.at(socket(RegistrationMode.WATCHER));
            return now.isPresent() && !now.equals(first);
          });
    }
  }

  @Test
  void registry_vanishesForGood_kubeletIsCalledInstead() throws IOException {
    try (FakeKubelet kubelet = FakeKubelet.startWatching(root);
        NodeUnderTest node = new NodeUnderTest(root)) {
      node.start(FakePool.of(4));
      node.awaitHealthy(kubelet, 4);

      deleteAll(kubelet.folder().pluginsRegistry());

      kubelet.awaitAttempt(attempt -> attempt.way() == Way.CALLED, LONG);
      node.awaitHealthy(kubelet, 4);
      assertEquals(RegistrationMode.LEGACY, node.registration(FakePool.RESOURCE).mode());

      kubelet.stop();
      Files.createDirectories(kubelet.folder().pluginsRegistry());
      kubelet.start();

      Waiting.until(
          LONG,
          "found in the registry again",
          () -> node.registration(FakePool.RESOURCE).mode() == RegistrationMode.WATCHER);
      node.awaitHealthy(kubelet, 4);
      assertEquals(List.of("kubelet.sock"), sockets(kubelet.folder().devicePlugins()));
    }
  }

  @ParameterizedTest
  @EnumSource(RegistrationMode.class)
  void mode_forced_isUsedWhateverIsThere(RegistrationMode mode) {
    try (FakeKubelet kubelet = FakeKubelet.startWatching(root);
        NodeUnderTest node = new NodeUnderTest(root, Optional.of(mode))) {
      node.start(FakePool.of(4));

      node.awaitHealthy(kubelet, 4);
      assertEquals(
          mode == RegistrationMode.WATCHER ? Way.FOUND : Way.CALLED,
          kubelet.awaitAttempt(any -> true, LONG).way());
    }
  }

  @ParameterizedTest
  @EnumSource(RegistrationMode.class)
  void anotherPlugin_servesTheSocket_isLeftAloneUntilItEnds(RegistrationMode mode)
      throws IOException {
    Files.createDirectories(new KubeletFolder(root).of(mode));
    try (UnixSockets raw = new UnixSockets();
        NodeUnderTest node = new NodeUnderTest(root, Optional.of(mode))) {
      ServedSocket other = raw.serve(socket(mode), List.of(RawService.named("other")));
      Optional<SocketIdentity> theirs = SocketIdentity.at(socket(mode));
      node.start(FakePool.of(4));

      assertEquals(
          "another plugin serves %s: end it, or take the resource out of one of the two"
              .formatted(socket(mode)),
          reason(node));
      assertEquals(theirs, SocketIdentity.at(socket(mode)));
      other.kill(); // its socket stays, as that of a process that was killed

      Waiting.until(LONG, "our socket", () -> !theirs.equals(SocketIdentity.at(socket(mode))));
      if (mode == RegistrationMode.WATCHER) {
        try (FakeKubelet kubelet = kubelet(mode)) {
          node.awaitHealthy(kubelet, 4);
        }
      }
    }
  }

  @Test
  void agent_startsBeforeTheFormerEnds_takesOverWhenItHasEnded() {
    try (FakeKubelet kubelet = FakeKubelet.startWatching(root);
        NodeUnderTest next = new NodeUnderTest(root)) {
      try (NodeUnderTest former = new NodeUnderTest(root)) {
        former.start(FakePool.of(4));
        former.awaitHealthy(kubelet, 4);

        next.start(FakePool.of(5));
        assertTrue(reason(next).startsWith("another plugin serves"), reason(next));
        assertEquals(State.REGISTERED, former.registration(FakePool.RESOURCE).state());
      }

      next.awaitHealthy(kubelet, 5);
    }
  }

  @Test
  void anotherPlugin_takesTheSocketAndEnds_isFollowed() throws IOException {
    try (FakeKubelet kubelet = FakeKubelet.startWatching(root);
        UnixSockets raw = new UnixSockets();
        NodeUnderTest node = new NodeUnderTest(root)) {
      node.start(FakePool.of(4));
      node.awaitHealthy(kubelet, 4);

      Path socket = socket(RegistrationMode.WATCHER);
      Path theirs = socket.resolveSibling(".theirs");
      ServedSocket other = raw.serve(theirs, List.of(RawService.named("other")));
      Files.move(theirs, socket, StandardCopyOption.ATOMIC_MOVE);
      Waiting.until(LONG, "the reason", () -> reason(node).startsWith("another plugin serves"));
      other.kill();

      node.awaitHealthy(kubelet, 4);
    }
  }

  private static String reason(NodeUnderTest node) {
    return node.registration(FakePool.RESOURCE).reason().orElse("");
  }

  private static List<String> sockets(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      return files.filter(UnixSockets::isSocket).map(one -> one.getFileName().toString()).toList();
    }
  }

  /** The plugin puts its socket back as soon as it misses it, maybe before the folder is gone. */
  private static void deleteAll(Path folder) {
    Waiting.until(LONG, "the end of " + folder, () -> isDeleted(folder));
  }

  private static boolean isDeleted(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.deleteIfExists(file);
      }
      Files.delete(folder);
      return true;
    } catch (DirectoryNotEmptyException e) {
      return false;
    }
  }

  /** A kubelet of which only the Register call is served. */
  private void serveKubelet(UnixSockets raw, BiConsumer<byte[], StreamObserver<byte[]>> register)
      throws IOException {
    KubeletFolder folder = new KubeletFolder(root);
    Files.createDirectories(folder.devicePlugins());
    raw.serve(
        folder.kubeletSocket(),
        List.of(RawService.named("v1beta1.Registration").calls("Register", register)));
  }
}
