package findings

import "runnertape/decode"

var callSentOn = kind("call_redirected", Warning, "1.1")

// callRedirected is a call of the runner process that is sent elsewhere: the url in
// its config.toml is not GitLab's own. Go turns 301, 302 and 303 into a GET without
// body, so that nothing comes of it.
func callRedirected(s *seen) {
	switch s.endpoint {
	case decode.RequestJob, decode.UpdateJob, decode.PatchTrace, decode.RegisterRunner, decode.VerifyRunner, decode.UnregisterRunner, decode.ResetToken:
	default:
		return
	}
	to := quote(hostOf(s.header("Location")))
	switch s.status {
	case 301, 302, 303:
		s.say(callSentOn, "%s was answered %d: Go makes a GET without body of it, to %s; the runner's url is not where GitLab is", s.call(), s.status, to)
	case 307, 308:
		s.say(callSentOn, "%s was answered %d and sent to %s: each call is made twice", s.call(), s.status, to)
	}
}
