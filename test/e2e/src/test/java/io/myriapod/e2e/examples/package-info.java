/** The folders of {@code examples/}, each as a user would try it. */
package io.myriapod.e2e.examples;
