/**
 * The rules of the house, docs/design.md and CONTRIBUTING.md, held by tests: who may use whom, how
 * things are called, how long they may get. A rule's reason stands in the rule.
 */
package io.myriapod.architecture;
