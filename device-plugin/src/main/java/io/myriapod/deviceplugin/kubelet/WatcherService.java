package io.myriapod.deviceplugin.kubelet;

import io.grpc.stub.StreamObserver;
import io.myriapod.deviceplugin.config.ResourceName;
import io.myriapod.kubelet.registration.InfoRequest;
import io.myriapod.kubelet.registration.PluginInfo;
import io.myriapod.kubelet.registration.RegistrationGrpc;
import io.myriapod.kubelet.registration.RegistrationStatus;
import io.myriapod.kubelet.registration.RegistrationStatusResponse;
import io.myriapod.types.Quoted;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/** What a kubelet that found the socket asks and tells; watcher mode. */
final class WatcherService extends RegistrationGrpc.RegistrationImplBase {
  /** The only version of the device plugin API that kubelets of today speak. */
  static final String VERSION = "v1beta1";

  private static final int MOST_CHARACTERS = 500;

  private final PluginInfo answer;
  private final Runnable asked;
  private final Consumer<Optional<String>> verdict;

  /**
   * @param asked run when a kubelet has seen the socket, and perhaps now and then afterwards
   * @param verdict gets why the kubelet refused the resource; empty if it accepted it
   */
  WatcherService(
      ResourceName resource, Path socket, Runnable asked, Consumer<Optional<String>> verdict) {
    this.asked = asked;
    this.verdict = verdict;
    this.answer =
        PluginInfo.newBuilder()
            .setType("DevicePlugin")
            .setName(resource.toString())
            .setEndpoint(socket.toString())
            .addSupportedVersions(VERSION)
            .build();
  }

  @Override
  public void getInfo(InfoRequest request, StreamObserver<PluginInfo> out) {
    out.onNext(answer);
    out.onCompleted();
    asked.run();
  }

  @Override
  public void notifyRegistrationStatus(
      RegistrationStatus status, StreamObserver<RegistrationStatusResponse> out) {
    out.onNext(RegistrationStatusResponse.getDefaultInstance());
    out.onCompleted();
    verdict.accept(
        status.getPluginRegistered() ? Optional.empty() : Optional.of(reason(status.getError())));
  }

  private static String reason(String error) {
    return error.isBlank()
        ? "the kubelet gave no reason"
        : "the kubelet says: " + Quoted.oneLine(error, MOST_CHARACTERS);
  }
}
