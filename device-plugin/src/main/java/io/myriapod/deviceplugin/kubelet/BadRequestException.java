package io.myriapod.deviceplugin.kubelet;

/** The kubelet asked for something that makes no sense, whatever the state of the devices. */
final class BadRequestException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  BadRequestException(String message) {
    super(message);
  }
}
