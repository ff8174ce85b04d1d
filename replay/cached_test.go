package replay

import "testing"

// What is put into a cache comes from there later, whoever signs; until then it is as recorded.
func TestCache(t *testing.T) {
	const store = "https://s3.example"
	r := start(t, NewTape("http://gitlab.example").Add(
		fetched(store+"/cache/key?X-Amz-Signature=aa", 404, "<Error/>"),
		Take{Method: "PUT", URL: store + "/cache/key?X-Amz-Signature=bb", Body: "recorded", Status: 200},
		fetched(store+"/cache/old?X-Amz-Signature=aa", 200, "recorded"),
	), nil)
	r.askAt("GET", store, "/cache/key?X-Amz-Signature=cc", "").want(t, 404)
	tag := r.askAt("PUT", store, "/cache/key?X-Amz-Signature=dd", "made now").want(t, 200).header.Get("ETag")
	r.askAt("PUT", store, "/cache/new?X-Amz-Signature=dd", "never recorded").want(t, 200)
	for target, want := range map[string]string{"/cache/key?X-Amz-Signature=ee": "made now", "/cache/new?X-Amz-Signature=ee": "never recorded", "/cache/old?X-Amz-Signature=ee": "recorded"} {
		if a := r.askAt("GET", store, target, "").want(t, 200); a.body != want {
			t.Errorf("%s: %q", target, a.body)
		}
	}
	r.askAt("HEAD", store, "/cache/key?X-Amz-Signature=ee", "", "If-None-Match", tag).want(t, 304)
	r.askAt("PUT", "https://elsewhere.example", "/cache/other?X-Amz-Signature=dd", "x").want(t, 404)
	r.askAt("PUT", store, "/cache/unsigned", "x").want(t, 404)
	if n := r.Receipt().Missed; n != 2 {
		t.Errorf("%d missed", n)
	}
}
