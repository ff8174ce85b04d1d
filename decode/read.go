package decode

import (
	"encoding/json"
	"fmt"

	"runnertape"
)

// read makes the typed message of an exchange of that endpoint.
func read(e Endpoint, call Call, x *runnertape.Exchange, b Bodies) Message {
	switch e {
	case RegisterRunner:
		return readRegister(x, b)
	case VerifyRunner:
		return readVerify(x, b)
	case UnregisterRunner, UnregisterRunnerManager:
		return readUnregister(x, b, e == UnregisterRunnerManager)
	case ResetToken:
		return readResetToken(x, call, b)
	case RequestJob:
		return readRequestJob(x, b)
	case UpdateJob:
		return readUpdateJob(x, b)
	case PatchTrace:
		return readPatchTrace(x, b)
	case UploadArtifacts:
		return readUploadArtifacts(x, b)
	case DownloadArtifacts:
		return readDownloadArtifacts(x, call, b)
	case RouterDiscovery:
		return readRouterDiscovery(x, b)
	case Git:
		return readGit(x, call, b)
	case ObjectStorage:
		return readObjectStorage(x, b)
	}
	return readUnknown(x, isAPI(x.Request.Path()), b)
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
	}
	return new(UnknownMessage)
}

// ParseMessage turns a stored message back into the typed one. An endpoint of
// a newer version gives an [UnknownMessage].
func ParseMessage(d *runnertape.Decoded) (Message, error) {
	if d == nil || len(d.Message) == 0 {
		return &Raw{Reason: "not decoded"}, nil
	}
	var raw struct { // of all messages only Raw has this key
		Reason *string `json:"reason"`
	}
	if err := json.Unmarshal(d.Message, &raw); err == nil && raw.Reason != nil {
		return &Raw{Reason: *raw.Reason}, nil
	}
	m := empty(Endpoint(d.Endpoint))
	if err := json.Unmarshal(d.Message, m); err != nil {
		return nil, fmt.Errorf("read message of %s: %w", d.Endpoint, err)
	}
	return m, nil
}
