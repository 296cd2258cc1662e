package io.myriapod.deviceplugin.kubelet;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.myriapod.kubelet.deviceplugin.Empty;
import io.myriapod.kubelet.deviceplugin.RegisterRequest;
import io.myriapod.kubelet.deviceplugin.RegistrationGrpc;
import io.myriapod.kubernetes.kubelet.KubeletSockets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The call by which a resource registers itself; legacy mode. Before the kubelet answers, it
 * connects to the resource's socket and asks for its options.
 */
final class RegisterCall implements StreamObserver<Empty> {
  private final ManagedChannel channel;
  private final Consumer<Status> done;

  private RegisterCall(ManagedChannel channel, Consumer<Status> done) {
    this.channel = channel;
    this.done = done;
  }

  /**
   * Begins the call and returns at once.
   *
   * @param done gets how it ended, once, on another thread
   */
  static void start(
      KubeletSockets sockets,
      Path kubelet,
      RegisterRequest request,
      Duration deadline,
      Consumer<Status> done) {
    ManagedChannel channel = sockets.channel(kubelet);
    RegistrationGrpc.newStub(channel)
        .withDeadlineAfter(deadline.toNanos(), TimeUnit.NANOSECONDS)
        .register(request, new RegisterCall(channel, done));
  }

  @Override
  public void onNext(Empty answer) {
    // says nothing; that the call has ended well does
  }

  @Override
  public void onError(Throwable thrown) {
    channel.shutdownNow();
    done.accept(Status.fromThrowable(thrown));
  }

  @Override
  public void onCompleted() {
    channel.shutdownNow();
    done.accept(Status.OK);
  }
}
