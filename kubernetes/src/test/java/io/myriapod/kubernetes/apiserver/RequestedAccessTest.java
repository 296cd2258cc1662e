package io.myriapod.kubernetes.apiserver;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.URI;
import org.junit.jupiter.api.Test;

class RequestedAccessTest {
  @Test
  void of_eachKindOfRequest_isWhatARoleCallsIt() {
    assertAccess("list pods", "GET", "/api/v1/pods?fieldSelector=spec.nodeName%3Dn1");
    assertAccess("watch pods", "GET", "/api/v1/pods?resourceVersion=7&watch=true");
    assertAccess("get pods", "GET", "/api/v1/namespaces/default/pods/web-0");
    assertAccess("list pods", "GET", "/api/v1/namespaces/default/pods");
    assertAccess("patch pods/status", "PATCH", "/api/v1/namespaces/default/pods/web-0/status");
    assertAccess("create events", "POST", "/api/v1/namespaces/default/events");
    assertAccess("update pods", "PUT", "/api/v1/namespaces/default/pods/web-0");
    assertAccess("get namespaces", "GET", "/api/v1/namespaces/default");
    assertAccess(
        "get network-attachment-definitions.k8s.cni.cncf.io",
        "GET",
        "/apis/k8s.cni.cncf.io/v1/namespaces/default/network-attachment-definitions/a");
    assertAccess(
        "watch network-attachment-definitions.k8s.cni.cncf.io",
        "GET",
        "/apis/k8s.cni.cncf.io/v1/network-attachment-definitions?watch=true");
  }

  @Test
  void of_otherPaths_doesNotThrow() {
    assertAccess("list ", "GET", "/");
    assertAccess("list ", "GET", "/version");
  }

  @Test
  void of_pathBehindAProxy_isTheServersOwn() {
    assertAccess("get pods", "GET", "/k8s/clusters/c-1/api/v1/namespaces/default/pods/web-0");
    assertAccess(
        "list network-attachment-definitions.k8s.cni.cncf.io",
        "GET",
        "/k8s/clusters/c-1/apis/k8s.cni.cncf.io/v1/network-attachment-definitions");
  }

  private static void assertAccess(String wanted, String method, String uri) {
    assertEquals(
        wanted, RequestedAccess.of(method, URI.create("https://127.0.0.1:6443" + uri)).toString());
  }
}
