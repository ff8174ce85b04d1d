package main

import (
	"runnertape"
	"runnertape/decode"
)

// failed tells what --errors is about: what broke off, what the recorder had to answer itself, and answers
// of 400 and above that a runner does not meet in the ordinary course. What has not ended has not failed yet.
func failed(x *runnertape.Exchange) bool {
	if x.Failure != nil {
		return true
	}
	if x.State != runnertape.Done {
		return false
	}
	return x.Response == nil || x.Response.Ours || x.Response.Status >= 400 && !ordinary(x)
}

// ordinary tells whether a status of 400 and above is what the protocol has for what is not wrong.
// The sections are those of docs/protocol.md.
func ordinary(x *runnertape.Exchange) bool {
	endpoint := decode.Unknown
	if x.Decoded != nil {
		endpoint = decode.Endpoint(x.Decoded.Endpoint)
	}
	switch status := x.Response.Status; {
	case status == 401: // asks for credentials, with which git comes again (§4.6)
		return !x.Request.Header.Has("Authorization") && x.Response.Header.Has("Www-Authenticate")
	case status == 409 && endpoint == decode.RequestJob: // another runner was quicker (§1.3.5)
		return true
	case status == 404 && endpoint == decode.Cache: // there is none yet (§4.6)
		return x.Request.Method != "PUT"
	case status == 501 && endpoint == decode.RouterDiscovery: // there is no job router (§1.3.11)
		return true
	case status == 403 && (endpoint == decode.PatchTrace || endpoint == decode.UpdateJob): // the job is over (§2.4, §2.5)
		said := x.Response.Header.Get("Job-Status")
		return said == "canceled" || said == "success"
	}
	return false
}
