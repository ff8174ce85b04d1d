package drift

import (
	"strings"

	"runnertape/decode"
)

// This file says of which fields the values are words of the protocol, which of its
// JSON objects have keys that are data, and which name what somebody can do. Paths
// are those of docs/protocol.md §1.4 and §1.5, a list being "[]" and a key that is data ".*".

// words are fields whose values are compared.
type words map[string]bool

// bodyWords are those of JSON.
func bodyWords(e decode.Endpoint, side side) words {
	switch {
	case e == decode.RequestJob && side == response:
		return payloadWords
	case side == request:
		return requestWords
	}
	return nil
}

var requestWords = words{
	"info.name": true, "info.platform": true, "info.architecture": true, "info.executor": true, "info.shell": true,
	"failure_reason": true, "access_level": true,
}

var payloadWords = words{
	"features.failure_reasons[]": true, "features.token_mask_prefixes[]": true,
	"steps[].name": true, "steps[].when": true, "hooks[].name": true,
	"artifacts[].when": true, "artifacts[].artifact_type": true, "artifacts[].artifact_format": true,
	"cache[].policy": true, "cache[].when": true, "credentials[].type": true,
	"git_info.ref_type": true, "git_info.repo_object_format": true,
	"variables[].key": true,
}

// headerWords are those of header fields, in lower case. Of Content-Type the media type is compared apart.
var headerWords = words{
	"accept": true, "accept-encoding": true, "content-encoding": true, "git-protocol": true, "job-status": true, "gitlab-ci-builds-polling": true,
}

// queryWords are those of query keys.
var queryWords = words{"artifact_format": true, "debug_trace": true, "direct_download": true, "service": true}

// isFeatures tells whether an object says what its sender can do, by keys that are true.
func isFeatures(e decode.Endpoint, side side, path string) bool {
	return side == request && path == "info.features" || e == decode.RequestJob && side == response && path == "features"
}

// isMap tells whether the keys of an object are data.
func isMap(e decode.Endpoint, side side, path string) bool {
	switch {
	case side == request:
		return path == "info.labels" || e == decode.Git && path == "objects[].actions.*.header"
	case e == decode.RequestJob:
		return path == "secrets"
	case e == decode.Git: // LFS: git-lfs docs/api/batch.md
		return path == "objects[].actions" || path == "objects[].actions.*.header"
	}
	return path == "message" // of a validation: the fields that were wrong
}

// ofTheWay are header fields that depend on how a recorder was reached and on the
// connection (RFC 9110 §7.6.1), or say no more than the framing, in lower case.
var ofTheWay = words{
	"host": true, "connection": true, "proxy-connection": true, "proxy-authorization": true, "keep-alive": true, "te": true, "trailer": true,
	"transfer-encoding": true, "content-length": true, "upgrade": true, "via": true, "forwarded": true, "x-forwarded-for": true, "x-forwarded-host": true,
	"x-forwarded-port": true, "x-forwarded-proto": true, "x-forwarded-server": true, "x-real-ip": true, "strict-transport-security": true,
}

// reads tells whether anybody reads the body of an answer. Of all others runners log
// what went wrong, at most (docs/protocol.md §1.1).
func reads(e decode.Endpoint, status int) bool {
	switch e {
	case decode.RegisterRunner, decode.ResetToken, decode.RequestJob:
		return status == 201
	case decode.VerifyRunner, decode.RouterDiscovery, decode.DownloadArtifacts, decode.Git:
		return status == 200
	}
	return false
}

// inFeatures tells whether words are about what GitLab can do.
func inFeatures(path string) bool { return strings.HasPrefix(path, "features.") }

// names tells whether a path is a list by which GitLab names what it can do, or an element of one.
func (n *node) names() bool {
	return inFeatures(n.path) && (n.words != nil || n.items != nil && n.items.words != nil)
}
