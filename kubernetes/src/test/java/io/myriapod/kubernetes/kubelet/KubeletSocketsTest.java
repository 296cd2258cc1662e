package io.myriapod.kubernetes.kubelet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.util.concurrent.ListenableFuture;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import io.myriapod.kubelet.deviceplugin.Empty;
import io.myriapod.kubelet.deviceplugin.RegisterRequest;
import io.myriapod.kubelet.deviceplugin.RegistrationGrpc;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class KubeletSocketsTest {
  @Test
  void serve_socketIsThereAlready_replacesItAndAnswers(@TempDir Path folder) throws IOException {
    Path socket = Files.writeString(folder.resolve("kubelet.sock"), "left by somebody who died");
    BlockingQueue<String> registered = new LinkedBlockingQueue<>();
    try (KubeletSockets sockets = new KubeletSockets()) {
      Server server = sockets.serve(socket, List.of(registration(registered)));
      ManagedChannel channel = sockets.channel(socket);

      RegistrationGrpc.newBlockingStub(channel)
          .register(RegisterRequest.newBuilder().setResourceName("intel.com/vf").build());

      assertEquals(List.of("intel.com/vf"), List.copyOf(registered));
      channel.shutdownNow();
      server.shutdownNow();
    }
  }

  /** Read, a message takes many times its bytes of the agent's memory. */
  @Test
  void serve_requestOverTheBound_isRefusedUnread(@TempDir Path folder) throws IOException {
    Path socket = folder.resolve("kubelet.sock");
    BlockingQueue<String> registered = new LinkedBlockingQueue<>();
    try (KubeletSockets sockets = new KubeletSockets()) {
      Server server = sockets.serve(socket, List.of(registration(registered)));
      ManagedChannel channel = sockets.channel(socket);
      RegisterRequest longest =
          RegisterRequest.newBuilder()
              .setResourceName("x".repeat(KubeletSockets.MOST_REQUEST_BYTES))
              .build();

      StatusRuntimeException refused =
          assertThrows(
              StatusRuntimeException.class,
              () -> RegistrationGrpc.newBlockingStub(channel).register(longest));

      assertEquals(Status.Code.RESOURCE_EXHAUSTED, refused.getStatus().getCode());
      assertEquals(List.of(), List.copyOf(registered));
      channel.shutdownNow();
      server.shutdownNow();
    }
  }

  @Test
  void serve_folderThatIsNotThere_isAnErrorWithItsReason(@TempDir Path folder) {
    try (KubeletSockets sockets = new KubeletSockets()) {
      IOException refused =
          assertThrows(
              IOException.class,
              () -> sockets.serve(folder.resolve("gone/kubelet.sock"), List.of()));

      assertTrue(refused.getMessage().contains("No such file or directory"), refused.getMessage());
    }
  }

  @Test
  @Timeout(60)
  void serve_clientThatSaysNothing_isHungUpOn(@TempDir Path folder) throws IOException {
    Path socket = folder.resolve("kubelet.sock");
    try (KubeletSockets sockets = new KubeletSockets(Duration.ofMillis(300))) {
      Server server = sockets.serve(socket, List.of());
      try (SocketChannel silent = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
        ByteBuffer settings = ByteBuffer.allocate(4096);
        while (silent.read(settings) >= 0) {
          settings.clear();
        }
        assertFalse(server.isShutdown());
      }
      server.shutdownNow();
    }
  }

  @Test
  void serve_manyCallsAtOnce_someThreadsDoThemOneAfterTheOther(@TempDir Path folder)
      throws Exception {
    Path socket = folder.resolve("kubelet.sock");
    BlockingQueue<String> threads = new LinkedBlockingQueue<>();
    CountDownLatch busy = new CountDownLatch(KubeletSockets.THREADS);
    try (KubeletSockets sockets = new KubeletSockets();
        KubeletSockets clients = new KubeletSockets()) {
      Server server =
          sockets.serve(
              socket,
              List.of(
                  registration(
                      name -> {
                        threads.add(Thread.currentThread().getName());
                        busy.countDown();
                        busy.await();
                      })));
      ManagedChannel channel = clients.channel(socket);
      List<ListenableFuture<Empty>> calls =
          Stream.generate(RegisterRequest::getDefaultInstance)
              .limit(90)
              .map(RegistrationGrpc.newFutureStub(channel)::register)
              .toList();

      for (ListenableFuture<Empty> call : calls) {
        assertEquals(Empty.getDefaultInstance(), call.get());
      }

      assertEquals(KubeletSockets.THREADS, Set.copyOf(threads).size());
      channel.shutdownNow();
      server.shutdownNow();
    }
  }

  private interface Work {
    void run(String name) throws InterruptedException;
  }

  private static RegistrationGrpc.RegistrationImplBase registration(BlockingQueue<String> names) {
    return registration(names::add);
  }

  private static RegistrationGrpc.RegistrationImplBase registration(Work work) {
    return new RegistrationGrpc.RegistrationImplBase() {
      @Override
      public void register(RegisterRequest request, StreamObserver<Empty> answer) {
        try {
          work.run(request.getResourceName());
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
        answer.onNext(Empty.getDefaultInstance());
        answer.onCompleted();
      }
    };
  }
}
