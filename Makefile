# What people do with this project; `make` lists it. CONTRIBUTING.md says more.
MVN ?= mvn
MVN_FLAGS ?= -B -ntp -Dstyle.color=never
DIST := agent/target/dist
SHIM := shim/build/myriapod
MODULES := types linux cni journal kubernetes/kubelet-api kubernetes ipam vfio device-plugin base-plugins ipvlan-macvlan sriov-cni multus-meta agent
SOURCES := $(shell find $(MODULES) test/fixtures -path '*/src/main/*' -type f 2>/dev/null) \
	pom.xml $(wildcard $(MODULES:%=%/pom.xml) test/fixtures/pom.xml)

.DEFAULT_GOAL := help
.PHONY: help install-needs build shim image demo test lab lab-shell bench format lint reproducible clean

help: ## list what can be made
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 24

install-needs: ## install the programs that building and testing need (Debian packages; says what and why)
	@scripts/needs all

build: install-build-needs shim $(DIST)/.complete ## build the agent and the shim, without tests

image: install-image-needs shim $(DIST)/.complete ## build the image for clusters: target/image/*.tar, without Docker or a registry
	@deploy/image/build $(ARCH)

demo: install-demo-needs shim $(DIST)/.complete ## attach a pod to its networks on this machine, look, remove it again (KEEP=1 leaves it up)
	@scripts/needs root "make demo"
	@MYRIAPOD_SHIM=$(CURDIR)/$(SHIM) MYRIAPOD_PROGRAM=$(CURDIR)/$(DIST)/bin/myriapod $(DIST)/bin/myriapod demo

test: install-needs shim ## run all tests; those that need namespaces want root
	@MVN="$(MVN)" MVN_FLAGS="$(MVN_FLAGS)" test/run $(SECOND_JDK)

lab: ## run the tests that need a real SR-IOV NIC, in a VM; as root
	@MVN="$(MVN)" MVN_FLAGS="$(MVN_FLAGS)" test/lab/run

lab-shell: ## a prompt in that VM; as root
	@test/lab/shell

bench: install-needs shim $(DIST)/.complete ## measure side by side with the reference plugins
	@scripts/needs root "make bench"
	@MVN="$(MVN)" MVN_FLAGS="$(MVN_FLAGS)" test/bench/run

format: ## format the Java sources
	@$(MVN) $(MVN_FLAGS) -q spotless:apply

lint: ## compile the product once more under Error Prone and NullAway and list what they find
	@MVN="$(MVN)" MVN_FLAGS="$(MVN_FLAGS)" scripts/lint

reproducible: shim ## build twice and compare the jars (IMAGE=1: and the image)
	@MVN="$(MVN)" MVN_FLAGS="$(MVN_FLAGS)" scripts/reproducible $(IMAGE:1=image)

clean: ## remove everything that was built
	@$(MAKE) -s -C shim clean
	@find . -type d -name target -not -path './.git/*' -prune -exec rm -rf {} +

shim:
	@$(MAKE) -s -C shim

.PHONY: install-build-needs install-image-needs install-demo-needs
install-build-needs:
	@scripts/needs build
install-image-needs:
	@scripts/needs image
install-demo-needs:
	@scripts/needs demo

$(DIST)/.complete: $(SOURCES)
	@echo "building the agent (the first time Maven fetches its libraries: a minute or two)"
	@$(MVN) $(MVN_FLAGS) -q -pl agent -am -Dmaven.test.skip=true -Dspotless.check.skip=true package
	@touch $@
