package drift

import (
	"cmp"
	"strings"

	"runnertape"
	"runnertape/decode"
)

// situationName tells apart the calls of an endpoint that say different things because
// they are for different things. It is empty where there is one kind only.
func situationName(e decode.Endpoint, x *runnertape.Exchange, m decode.Message) string {
	switch e {
	case decode.UpdateJob:
		update, ok := m.(*decode.UpdateJobMessage)
		switch {
		case !ok:
			return "unreadable"
		case update.Request.Pickup():
			return "pickup"
		}
		return "state=" + short(update.Request.State)
	case decode.UploadArtifacts:
		upload, ok := m.(*decode.UploadArtifactsMessage)
		if !ok {
			return "unreadable"
		}
		return "artifact_type=" + short(cmp.Or(upload.Type, "archive"))
	case decode.ResetToken:
		if decode.Classify(x.Request.Method, x.Request.Path()).RunnerID != 0 {
			return "with a personal access token"
		}
	case decode.Git:
		service := decode.Classify(x.Request.Method, x.Request.Path()).Service
		if _, query, ok := strings.Cut(x.Request.Query(), "service="); ok && service == "info/refs" {
			return "info/refs " + short(query)
		}
		return short(pathPattern(service))
	case decode.ObjectStorage, decode.Cache:
		return short(x.Request.Method)
	case decode.Unknown:
		return short(x.Request.Method + " " + pathPattern(x.Request.Path()))
	}
	return ""
}

// settles tells whether an endpoint is called again until the answer is the one that
// counts: then only the last of each job says how it is answered, and those before are on the way.
func settles(e decode.Endpoint) bool {
	return e == decode.UpdateJob || e == decode.PatchTrace || e == decode.UploadArtifacts || e == decode.DownloadArtifacts
}

// pathPattern is a path with "*" for each part that is a number or looks made by a machine.
func pathPattern(path string) string {
	parts := strings.Split(path, "/")
	for i, part := range parts {
		if isID(part) {
			parts[i] = "*"
		}
	}
	return strings.Join(parts, "/")
}

// isID tells whether a part of a path is a number, a digest or UUID, or longer than names are.
func isID(part string) bool {
	digits, others := 0, 0
	for _, c := range []byte(part) {
		switch {
		case c >= '0' && c <= '9':
			digits++
		case c != '-' && (c < 'a' || c > 'f') && (c < 'A' || c > 'F'):
			others++
		}
	}
	return digits > 0 && others == 0 && (digits == len(part) || len(part) >= 8) || len(part) > 40
}
