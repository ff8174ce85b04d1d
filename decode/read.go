package decode

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"runnertape"
)

// read makes the typed message of an exchange of that endpoint.
func read(call Call, x *runnertape.Exchange, b Bodies) Message {
	var n notes
	m := readOwn(call, x, b, &n)
	m.Notes().fill(call.Endpoint, x, &n)
	return m
}

// readOwn makes the message without what all have.
func readOwn(call Call, x *runnertape.Exchange, b Bodies, n *notes) Message {
	switch call.Endpoint {
	case RegisterRunner:
		return readRegister(x, b, n)
	case VerifyRunner:
		return readVerify(x, b, n)
	case UnregisterRunner, UnregisterRunnerManager:
		return readUnregister(x, b, call.Endpoint == UnregisterRunnerManager, n)
	case ResetToken:
		return readResetToken(x, call, b, n)
	case RequestJob:
		return readRequestJob(x, b, n)
	case UpdateJob:
		return readUpdateJob(x, b, n)
	case PatchTrace:
		return readPatchTrace(x, b, n)
	case UploadArtifacts:
		return readUploadArtifacts(x, b, n)
	case DownloadArtifacts:
		return readDownloadArtifacts(x, call, b, n)
	case RouterDiscovery:
		return readRouterDiscovery(x, b, n)
	case Git:
		return readGit(x, call, b, n)
	case ObjectStorage:
		return readObjectStorage(x, b, n)
	case Cache:
		return readCache(x, b, n)
	}
	return readUnknown(x, isAPI(x.Request.Path()), b, n)
}

// empty is a message of the type that endpoint has.
func empty(e Endpoint) Message {
	switch e {
	case RegisterRunner:
		return new(RegisterRunnerMessage)
	case VerifyRunner:
		return new(VerifyRunnerMessage)
	case UnregisterRunner, UnregisterRunnerManager:
		return new(UnregisterRunnerMessage)
	case ResetToken:
		return new(ResetTokenMessage)
	case RequestJob:
		return new(RequestJobMessage)
	case UpdateJob:
		return new(UpdateJobMessage)
	case PatchTrace:
		return new(PatchTraceMessage)
	case UploadArtifacts:
		return new(UploadArtifactsMessage)
	case DownloadArtifacts:
		return new(DownloadArtifactsMessage)
	case RouterDiscovery:
		return new(RouterDiscoveryMessage)
	case Git:
		return new(GitMessage)
	case ObjectStorage:
		return new(ObjectStorageMessage)
	case Cache:
		return new(CacheMessage)
	}
	return new(UnknownMessage)
}

// ParseMessage turns a stored message back into the typed one. An endpoint of
// a newer version gives an [UnknownMessage].
func ParseMessage(d *runnertape.Decoded) (Message, error) {
	if d == nil || len(d.Message) == 0 {
		return &Raw{Reason: "not decoded"}, nil
	}
	if bytes.HasPrefix(d.Message, []byte(`{"reason":`)) { // only a Raw begins so, of any endpoint
		raw := new(Raw)
		if err := json.Unmarshal(d.Message, raw); err != nil {
			return nil, fmt.Errorf("read message of %s: %w", d.Endpoint, err)
		}
		return raw, nil
	}
	m := empty(Endpoint(d.Endpoint))
	err := json.Unmarshal(d.Message, m)
	if mismatch, ok := errors.AsType[*json.UnmarshalTypeError](err); ok && mismatch.Field != "" {
		return m, nil // a field that was kept as it came before it had a type: all others were read
	}
	if err != nil {
		return nil, fmt.Errorf("read message of %s: %w", d.Endpoint, err)
	}
	return m, nil
}
