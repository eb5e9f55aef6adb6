-- Orthanc tells Lobar of every study whose images have stopped arriving (StableAge, 60 s by default).
-- In orthanc.json: "LuaScripts": ["/etc/orthanc/orthanc-study-stable.lua"]. Needs curl beside Orthanc.
--
-- LOBAR_URL: where Lobar is, http://127.0.0.1:8080 by default.
-- LOBAR_CURL: options of curl, such as --header @/etc/orthanc/lobar-header, a file with
--   Authorization: Bearer <token>; or --cert, --key and --cacert.
--
-- Not by HttpPost: Orthanc answers nobody while a script waits, and Lobar asks it back about the study.

local url = (os.getenv('LOBAR_URL') or 'http://127.0.0.1:8080') .. '/v1/events/study-stable'
local options = os.getenv('LOBAR_CURL') or ''

function OnStableStudy(studyId, tags, metadata)
  local study = tags['StudyInstanceUID'] or ''
  -- It comes from outside and goes into a command line.
  if not string.match(study, '^[0-9.]+$') then return end
  -- In the background; what Lobar cannot take now is sent again, for an hour at most.
  os.execute('curl --silent --show-error --output /dev/null --max-time 120'
    .. ' --retry 100 --retry-connrefused --retry-max-time 3600 ' .. options
    .. ' --header "content-type: application/json"'
    .. ' --data "{\\"study\\":\\"' .. study .. '\\"}" "' .. url .. '" &')
end
