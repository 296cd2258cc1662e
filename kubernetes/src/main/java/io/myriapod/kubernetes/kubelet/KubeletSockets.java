package io.myriapod.kubernetes.kubelet;

import io.grpc.BindableService;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.ServerTransportFilter;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * gRPC over Unix sockets, which is how the kubelet talks on a node. All channels and servers made
 * here share one event loop and one set of threads; closing ends both.
 */
public final class KubeletSockets implements AutoCloseable {
  /**
   * An answer of the kubelet for a full node has about 100 bytes a device. Read, a message takes up
   * to twenty times its bytes: this much is what the agent's memory bears.
   */
  static final int MOST_ANSWER_BYTES = 4 << 20;

  /** A request of the kubelet names 16,384 devices at the most, and several may come at a time. */
  static final int MOST_REQUEST_BYTES = 512 << 10;

  private static final int MOST_HEADER_BYTES = 16 << 10;

  /** The kubelet has a stream and a few calls on each connection. */
  private static final int MOST_CALLS = 100;

  /** Calls that are given up at once cost more than they bring; Netty's own limit. */
  private static final int MOST_RESETS = 200;

  private static final int RESETS_SECONDS = 30;

  /** The kubelet allocates one after the other; what comes beyond waits. */
  static final int THREADS = 8;

  private static final int IDLE_SECONDS = 60;

  /** Who connects and says nothing costs a file descriptor, of which the agent needs some. */
  private static final Duration HANDSHAKE = Duration.ofSeconds(10);

  private final Duration handshake;
  private final EventLoopGroup loop =
      new MultiThreadIoEventLoopGroup(
          1, new DefaultThreadFactory("kubelet-io", true), NioIoHandler.newFactory());

  private final ThreadPoolExecutor threads =
      new ThreadPoolExecutor(
          THREADS,
          THREADS,
          IDLE_SECONDS,
          TimeUnit.SECONDS,
          new LinkedBlockingQueue<>(), // calls of each connection are limited
          new DefaultThreadFactory("kubelet", true));

  public KubeletSockets() {
    this(HANDSHAKE);
  }

  /**
   * @param handshake how long a client may connect and say nothing
   */
  KubeletSockets(Duration handshake) {
    this.handshake = handshake;
    GrpcLog.install();
    threads.allowCoreThreadTimeOut(true);
  }

  /** A channel to whoever listens at that path; it connects when it is used. */
  public ManagedChannel channel(Path socket) {
    return NettyChannelBuilder.forAddress(UnixDomainSocketAddress.of(socket))
        .eventLoopGroup(loop)
        .channelType(NioDomainSocketChannel.class)
        .overrideAuthority("localhost")
        .usePlaintext()
        .executor(threads)
        .maxInboundMessageSize(MOST_ANSWER_BYTES)
        .maxInboundMetadataSize(MOST_HEADER_BYTES)
        .build();
  }

  /**
   * A server that listens at that path; what was there is replaced.
   *
   * @throws IOException if the socket cannot be made
   */
  public Server serve(Path socket, List<BindableService> services) throws IOException {
    return serve(socket, services, new ServerTransportFilter() {});
  }

  /**
   * A server that listens at that path; what was there is replaced.
   *
   * @param connections told of each connection
   * @throws IOException if the socket cannot be made
   */
  public Server serve(
      Path socket, List<BindableService> services, ServerTransportFilter connections)
      throws IOException {
    Files.deleteIfExists(socket);
    NettyServerBuilder builder =
        NettyServerBuilder.forAddress(UnixDomainSocketAddress.of(socket))
            .bossEventLoopGroup(loop)
            .workerEventLoopGroup(loop)
            .channelType(NioServerDomainSocketChannel.class)
            .executor(threads)
            .addTransportFilter(connections)
            .handshakeTimeout(handshake.toMillis(), TimeUnit.MILLISECONDS)
            .maxConcurrentCallsPerConnection(MOST_CALLS)
            .maxRstFramesPerWindow(MOST_RESETS, RESETS_SECONDS)
            .maxInboundMessageSize(MOST_REQUEST_BYTES)
            .maxInboundMetadataSize(MOST_HEADER_BYTES);
    services.forEach(builder::addService);
    try {
      return builder.build().start();
    } catch (IOException e) {
      String reason = Optional.ofNullable(e.getCause()).map(cause -> ": " + cause).orElse("");
      throw new IOException(e.getMessage() + reason, e);
    }
  }

  @Override
  public void close() {
    threads.shutdown();
    loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }
}
