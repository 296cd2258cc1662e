package io.myriapod.base.masquerade;

import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;

/** The error that {@code nft} is not there, does not run, or that the kernel refuses its script. */
final class NftRefusal {
  private static final String WHAT_TO_DO =
      "install nftables 0.9.7 or later and a kernel with nft_masq, or set \"ipMasq\": false";

  private NftRefusal() {}

  static CniException of(String finding) {
    return new CniException(ErrorCode.KERNEL_REFUSED, "masquerade: " + finding, WHAT_TO_DO);
  }

  static CniException of(String finding, Throwable cause) {
    return new CniException(ErrorCode.KERNEL_REFUSED, "masquerade: " + finding, WHAT_TO_DO, cause);
  }
}
