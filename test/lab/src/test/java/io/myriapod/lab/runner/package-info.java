/** Runs the tests in the VM, where there is no Maven. */
package io.myriapod.lab.runner;
