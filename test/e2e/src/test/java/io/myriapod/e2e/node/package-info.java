/**
 * A node to test on: a namespace, a root of its own, the real agent in a process of its own, and
 * the real shim called as a container runtime would. Nothing here uses the product's classes.
 */
package io.myriapod.e2e.node;
