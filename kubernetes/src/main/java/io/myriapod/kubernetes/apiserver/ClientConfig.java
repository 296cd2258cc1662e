package io.myriapod.kubernetes.apiserver;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.OAuthTokenProvider;
import io.myriapod.kubernetes.apiserver.ApiCredentials.Kubeconfig;
import io.myriapod.kubernetes.apiserver.ApiCredentials.ServiceAccount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Fabric8's configuration: from our settings alone, nothing from its own environment. */
final class ClientConfig {
  private static final int LIST_MILLIS = 30_000;
  private static final int RECONNECT_MILLIS = 1_000;

  private ClientConfig() {}

  /** Throws {@link IOException} that says which file is wrong. */
  static Config of(ApiServerSettings settings) throws IOException {
    Config config = Config.empty();
    if (settings.credentials() instanceof ServiceAccount account) {
      serviceAccount(account, config);
    } else if (settings.credentials() instanceof Kubeconfig kubeconfig) {
      requireReadable(kubeconfig.file());
      kubeconfig(kubeconfig.file(), config);
    }
    config.setAutoConfigure(false);
    config.setUserAgent("myriapod");
    config.setConnectionTimeout((int) settings.timeout().toMillis());
    config.setRequestTimeout(LIST_MILLIS);
    config.setRequestRetryBackoffLimit(1); // with 0 a failure is not shown to interceptors
    config.setWatchReconnectInterval(RECONNECT_MILLIS);
    config.setWatchReconnectLimit(-1);
    config.setOnlyHttpWatches(true); // a 503 to the attempt by WebSocket costs 20 s
    config.setHttp2Disable(true); // a dead connection then stops one request, not all
    return config;
  }

  private static void serviceAccount(ServiceAccount account, Config config) throws IOException {
    Path authority = account.folder().resolve("ca.crt");
    Path token = account.folder().resolve("token");
    requireReadable(token);
    requireReadable(authority);
    config.setMasterUrl(account.server().toString());
    config.setCaCertFile(authority.toString());
    config.setOauthTokenProvider(new TokenFile(token));
  }

  private static void kubeconfig(Path file, Config config) throws IOException {
    KubeconfigFile kubeconfig = KubeconfigFile.read(file);
    config.setMasterUrl(kubeconfig.ofCluster("server").orElseThrow());
    config.setTrustCerts(
        kubeconfig.ofCluster("insecure-skip-tls-verify").filter("true"::equals).isPresent());
    kubeconfig
        .pathOfCluster("certificate-authority")
        .ifPresent(path -> config.setCaCertFile(path.toString()));
    kubeconfig.ofCluster("certificate-authority-data").ifPresent(config::setCaCertData);
    kubeconfig
        .pathOfUser("client-certificate")
        .ifPresent(path -> config.setClientCertFile(path.toString()));
    kubeconfig.ofUser("client-certificate-data").ifPresent(config::setClientCertData);
    kubeconfig.pathOfUser("client-key").ifPresent(path -> config.setClientKeyFile(path.toString()));
    kubeconfig.ofUser("client-key-data").ifPresent(config::setClientKeyData);
    Optional.ofNullable(
            Config.getKeyAlgorithm(config.getClientKeyFile(), config.getClientKeyData()))
        .ifPresent(config::setClientKeyAlgo);
    kubeconfig.ofUser("username").ifPresent(config::setUsername);
    kubeconfig.ofUser("password").ifPresent(config::setPassword);
    token(file, kubeconfig).ifPresent(config::setOauthTokenProvider);
  }

  /** As for client-go, the file comes before the token itself. */
  private static Optional<OAuthTokenProvider> token(Path file, KubeconfigFile kubeconfig) {
    return kubeconfig
        .pathOfUser("tokenFile")
        .<OAuthTokenProvider>map(TokenFile::new)
        .or(() -> kubeconfig.ofUser("token").map(token -> new KubeconfigToken(file, token)));
  }

  private static void requireReadable(Path file) throws IOException {
    if (!Files.isReadable(file)) {
      throw new IOException("read %s: there is no such file, or it is not ours".formatted(file));
    }
  }
}
