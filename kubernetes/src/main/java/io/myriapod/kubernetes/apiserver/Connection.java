package io.myriapod.kubernetes.apiserver;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.RequestConfigBuilder;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.myriapod.types.Quoted;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A client of the API server: what watches need, and single requests with a deadline. */
final class Connection implements AutoCloseable {
  private static final String NAME = "myriapod";
  private static final int TASK_THREADS = 2;
  private static final long BODY_MILLIS = 250;
  private static final String FABRIC8_SAYS_NOTHING = "An error has occurred.";

  private final KubernetesClient client;
  private final HttpClient once;
  private final String server; // may have a path, as behind a proxy for many clusters
  private final ApiHealth health;
  private final SmallHttpClients clients;
  private final ThreadPoolExecutor tasks;
  private final OpenWatches watches;
  private final Duration timeout;
  private final TlsMaterial material;

  private Connection(
      TlsMaterial material,
      KubernetesClient client,
      ApiHealth health,
      SmallHttpClients clients,
      ThreadPoolExecutor tasks,
      OpenWatches watches,
      Duration timeout) {
    this.watches = watches;
    this.material = material;
    this.client = client;
    this.server = client.getConfiguration().getMasterUrl().replaceFirst("/+$", "");
    this.health = health;
    this.clients = clients;
    this.tasks = tasks;
    this.timeout = timeout;
    Object noRetry =
        new RequestConfigBuilder(client.getConfiguration().getRequestConfig())
            .withRequestRetryBackoffLimit(0)
            .build();
    this.once = client.getHttpClient().newBuilder().tag(noRetry).build();
  }

  /**
   * Makes the client; sends nothing.
   *
   * @throws IOException if the credentials cannot be read
   */
  static Connection open(ApiServerSettings settings, ApiHealth health) throws IOException {
    Config config = ClientConfig.of(settings);
    TlsMaterial material = TlsMaterial.of(config);
    SmallHttpClients clients = new SmallHttpClients();
    ThreadPoolExecutor tasks = Threads.pool("api-watch", TASK_THREADS);
    KubernetesSerialization serialization = new KubernetesSerialization(new ObjectMapper(), false);
    serialization.registerKubernetesResource(Status.class);
    RequestWatcher watcher = new RequestWatcher(health);
    try {
      KubernetesClient client =
          new KubernetesClientBuilder()
              .withConfig(config)
              .withHttpClientFactory(clients)
              .withKubernetesSerialization(serialization)
              .withTaskExecutor(tasks)
              .withHttpClientBuilderConsumer(builder -> prepare(builder, material, watcher))
              .build();
      return new Connection(
          material, client, health, clients, tasks, watcher.watches(), settings.timeout());
    } catch (RuntimeException e) {
      clients.stop();
      tasks.shutdownNow();
      throw new IOException(finding(e), e);
    }
  }

  private static void prepare(
      HttpClient.Builder builder, TlsMaterial material, RequestWatcher watcher) {
    builder.addOrReplaceInterceptor(NAME, watcher);
    try {
      material.use(builder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Whether server, authority, certificate or key are others by now. Tokens are read anew for each
   * request anyway.
   *
   * @throws IOException if they cannot be read
   */
  boolean isOutdated(ApiServerSettings settings) throws IOException {
    return !material.isSameAs(TlsMaterial.of(ClientConfig.of(settings)));
  }

  KubernetesClient client() {
    return client;
  }

  /** Which changes arrive. */
  OpenWatches watches() {
    return watches;
  }

  /** Throws {@link IOException} whose message is the finding. */
  ApiReply get(String path) throws IOException {
    return send(request(path));
  }

  /** Throws {@link IOException} whose message is the finding. */
  ApiReply mergePatch(String path, String patch) throws IOException {
    return send(request(path).patch("application/merge-patch+json", patch));
  }

  /** Throws {@link IOException} whose message is the finding. */
  ApiReply post(String path, String object) throws IOException {
    return send(request(path).post("application/json", object));
  }

  private HttpRequest.Builder request(String path) {
    return once.newHttpRequestBuilder()
        .uri(URI.create(server + path))
        .header("Accept", "application/json")
        .timeout(timeout.toMillis(), TimeUnit.MILLISECONDS);
  }

  private ApiReply send(HttpRequest.Builder builder) throws IOException {
    HttpRequest request = builder.build();
    CompletableFuture<HttpResponse<byte[]>> answer;
    try {
      answer = once.sendAsync(request, byte[].class);
    } catch (RejectedExecutionException e) {
      throw new IOException("the connection was just replaced", e);
    }
    try {
      HttpResponse<byte[]> response =
          answer.get(timeout.toMillis() + BODY_MILLIS, TimeUnit.MILLISECONDS);
      return ApiReply.of(response.code(), response.body(), retryAfter(response));
    } catch (InterruptedException e) {
      answer.cancel(true);
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } catch (ExecutionException | TimeoutException e) {
      answer.cancel(true);
      String finding = finding(e);
      health.unanswered(RequestedAccess.of(request.method(), request.uri()), finding);
      throw new IOException(finding, e);
    }
  }

  private static Optional<Duration> retryAfter(HttpResponse<?> response) {
    return response.headers("Retry-After").stream()
        .filter(text -> text.matches("[0-9]{1,6}"))
        .map(text -> Duration.ofSeconds(Long.parseLong(text)))
        .findFirst();
  }

  /** What a failure says, without the layers around it. */
  static String finding(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null
        && (cause instanceof CompletionException
            || cause instanceof ExecutionException
            || cause.getMessage() == null
            || cause.getMessage().equals(FABRIC8_SAYS_NOTHING)
            || cause.getMessage().equals(cause.getCause().toString()))) {
      cause = cause.getCause();
    }
    if (cause instanceof TimeoutException || cause instanceof java.net.http.HttpTimeoutException) {
      return "no answer in time";
    }
    return Quoted.oneLine(
        cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage(), 500);
  }

  @Override
  public void close() {
    client.close();
    clients.stop();
    tasks.shutdownNow();
  }
}
