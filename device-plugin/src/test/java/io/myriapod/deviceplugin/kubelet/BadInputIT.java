package io.myriapod.deviceplugin.kubelet;

import static io.myriapod.deviceplugin.kubelet.NodeUnderTest.LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.Status;
import io.myriapod.deviceplugin.kubelet.Registration.State;
import io.myriapod.fixtures.Waiting;
import io.myriapod.fixtures.grpc.RawService;
import io.myriapod.fixtures.grpc.Reply;
import io.myriapod.fixtures.grpc.UnixSockets;
import io.myriapod.fixtures.grpc.WireWriter;
import io.myriapod.fixtures.kubelet.FakeKubelet;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever comes over the socket: a clear answer, and a server that stays up. */
class BadInputIT {
  @TempDir Path root;
  private FakeKubelet kubelet;
  private NodeUnderTest node;
  private Path socket;

  @BeforeEach
  void register() {
    kubelet = FakeKubelet.startWatching(root);
    node = new NodeUnderTest(root);
    node.start(FakePool.of(4));
    node.awaitHealthy(kubelet, 4);
    socket = kubelet.folder().pluginsRegistry().resolve("intel.com_vf.sock");
  }

  @AfterEach
  void close() {
    node.close();
    kubelet.close();
  }

  private void requireServed() {
    assertEquals(State.REGISTERED, node.registration(FakePool.RESOURCE).state());
    assertTrue(
        kubelet.call(socket, "v1beta1.DevicePlugin/ListAndWatch", new byte[0]).orThrow().length
            > 0);
  }

  @Test
  void socket_garbage_staysUp() {
    for (int i = 0; i < 20; i++) {
      kubelet.garbage(socket);
    }
    requireServed();
  }

  @Test
  void socket_connectionsThatSayNothing_staysUp() throws IOException {
    List<SocketChannel> silent = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
      channel.connect(UnixDomainSocketAddress.of(socket));
      channel.write(ByteBuffer.wrap("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes()));
      silent.add(channel);
    }
    requireServed();
    for (SocketChannel channel : silent) {
      channel.close();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "v1beta1.DevicePlugin/GetDevicePluginOptions",
        "v1beta1.DevicePlugin/ListAndWatch",
        "v1beta1.DevicePlugin/GetPreferredAllocation",
        "v1beta1.DevicePlugin/Allocate",
        "v1beta1.DevicePlugin/PreStartContainer",
        "pluginregistration.Registration/GetInfo",
        "pluginregistration.Registration/NotifyRegistrationStatus"
      })
  void call_requestIsNoMessage_isRefused(String method) {
    byte[] cutOff = {0x0a, 0x7f, 0x01};

    Reply reply = kubelet.call(socket, method, cutOff);

    assertTrue(
        reply instanceof Reply.Refusal refusal && refusal.code() != Status.Code.DEADLINE_EXCEEDED,
        reply.toString());
    requireServed();
  }

  @ParameterizedTest
  @ValueSource(strings = {"v1alpha.DevicePlugin/ListAndWatch", "v1beta1.DevicePlugin/Format"})
  void call_unknownMethodOrVersion_isUnimplemented(String method) {
    Reply.Refusal refusal = (Reply.Refusal) kubelet.call(socket, method, new byte[0]);

    assertEquals(Status.Code.UNIMPLEMENTED, refusal.code());
    requireServed();
  }

  @Test
  void call_requestOfManyMebibytes_isRefused() {
    Reply.Refusal refusal =
        (Reply.Refusal)
            kubelet.call(
                socket,
                "v1beta1.DevicePlugin/Allocate",
                new WireWriter()
                    .message(1, new WireWriter().strings(1, List.of("x".repeat(20 << 20))))
                    .bytes());

    assertEquals(Status.Code.RESOURCE_EXHAUSTED, refusal.code());
    requireServed();
  }

  @Test
  void preferred_forVeryManyContainers_isRefused() {
    WireWriter request = new WireWriter();
    for (int i = 0; i < 300; i++) {
      request.message(1, new WireWriter());
    }

    Reply.Refusal refusal =
        (Reply.Refusal)
            kubelet.call(socket, "v1beta1.DevicePlugin/GetPreferredAllocation", request.bytes());

    assertEquals(
        "choose devices of intel.com/vf: the request is for 300 containers, want no more than 256",
        refusal.description());
    requireServed();
  }

  @Test
  void notify_refusalWithOddWords_isShownAsOneShortLine() {
    kubelet.call(
        socket,
        "pluginregistration.Registration/NotifyRegistrationStatus",
        new WireWriter().string(2, "no\n\u001b[31m" + "x".repeat(9000)).bytes());

    Registration refused =
        Waiting.untilPresent(
            LONG,
            "refused",
            () -> node.changes().stream().filter(one -> one.state() == State.REFUSED).findFirst());
    String reason = refused.reason().orElseThrow();
    assertTrue(reason.startsWith("the kubelet says: no??[31mxxx"), reason);
    assertTrue(reason.length() < 600, reason);
    node.awaitHealthy(kubelet, 4);
  }

  @Test
  void notify_refusalWithoutWords_saysSo() {
    kubelet.call(socket, "pluginregistration.Registration/NotifyRegistrationStatus", new byte[0]);

    Registration refused =
        Waiting.untilPresent(
            LONG,
            "refused",
            () -> node.changes().stream().filter(one -> one.state() == State.REFUSED).findFirst());
    assertEquals(Optional.of("the kubelet gave no reason"), refused.reason());
    node.awaitHealthy(kubelet, 4);
  }

  @Test
  void register_kubeletOfAnotherVersion_isRefusedWithItsWords(@TempDir Path other)
      throws IOException {
    Files.createDirectories(new KubeletFolder(other).devicePlugins());
    try (UnixSockets raw = new UnixSockets();
        NodeUnderTest old = new NodeUnderTest(other)) {
      raw.serve(
          new KubeletFolder(other).kubeletSocket(),
          List.of(RawService.named("v2.Registration").unary("Register", bytes -> bytes)));
      old.start(FakePool.of(1));

      old.awaitState(State.REFUSED);
      assertEquals(
          Optional.of("the kubelet says: Method not found: v1beta1.Registration/Register"),
          old.registration(FakePool.RESOURCE).reason());
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void path_thatIsNoSocket_isReplacedOrNamed(boolean folder, @TempDir Path other)
      throws IOException {
    Path registry = Files.createDirectories(new KubeletFolder(other).pluginsRegistry());
    Path taken = registry.resolve("intel.com_vf.sock");
    if (folder) {
      Files.createDirectories(taken.resolve("full"));
    } else {
      Files.writeString(taken, "left by somebody");
    }
    try (NodeUnderTest blocked = new NodeUnderTest(other)) {
      blocked.start(FakePool.of(1));

      String reason = blocked.registration(FakePool.RESOURCE).reason().orElseThrow();
      assertEquals(
          folder
              ? "serve it in %s: java.nio.file.DirectoryNotEmptyException: %s"
                  .formatted(registry, taken)
              : "there is no kubelet at " + new KubeletFolder(other).kubeletSocket(),
          reason);
      assertEquals(!folder, SocketIdentity.isServed(taken));
    }
  }

  @Test
  void start_hiddenSocketsOfADeadProcess_areDeleted(@TempDir Path other) throws IOException {
    Path registry = Files.createDirectories(new KubeletFolder(other).pluginsRegistry());
    Files.writeString(registry.resolve(".myriapod-58dc9d54-1"), "");
    Files.writeString(registry.resolve(".others"), "");
    try (NodeUnderTest next = new NodeUnderTest(other)) {
      next.start(FakePool.of(1));

      try (Stream<Path> files = Files.list(registry)) {
        assertEquals(
            List.of(".others", "intel.com_vf.sock"),
            files.map(one -> one.getFileName().toString()).sorted().toList());
      }
    }
  }
}
