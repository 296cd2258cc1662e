package io.myriapod.kubernetes.apiserver;

import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import java.net.http.HttpClient;
import java.util.concurrent.ThreadPoolExecutor;

/** The JDK's HTTP client on few threads, which end when nothing happens. */
final class SmallHttpClients extends JdkHttpClientFactory {
  private static final int THREADS = 3;

  private final ThreadPoolExecutor executor = Threads.pool("api-http", THREADS);

  @Override
  protected HttpClient.Builder createNewHttpClientBuilder() {
    return HttpClient.newBuilder().executor(executor);
  }

  void stop() {
    executor.shutdownNow();
  }
}
