import { type AnalysisView, analysisView, type Job } from './analysis/analysis-view.ts';
import { openAnnouncer } from './dom/announcer.ts';
import { button, element } from './dom/element.ts';
import { focusProblem, problemNotice } from './dom/problem-notice.ts';
import { filesView } from './files/files-view.ts';
import type { SignInPlan } from './service/api.ts';
import { openService } from './service/open-service.ts';
import { problemOf } from './service/service-problem.ts';
import { openShell } from './shell.ts';
import { openSignIn, type SignIn } from './sign-in/open-sign-in.ts';
import { signInPrompt } from './sign-in/sign-in-prompt.ts';
import { worklistView } from './worklist/worklist-view.ts';

/** The page, top to bottom: who reads, what there is to ask, the views. */
async function openPage(): Promise<void> {
  let onSignIn = () => {};
  const signIn = await openSignIn(await signInPlan(), () => onSignIn());
  if (signIn === undefined) return;
  if (!signIn.signedIn) {
    const begin = button('Sign in', () => signIn.begin().catch(showFailure), { class: 'primary' });
    const told = element('p', {}, 'The reading page of this hospital’s Lobar service. Sign in to go on.');
    document.body.replaceChildren(
      element('main', { class: 'alone' }, element('h1', {}, 'Lobar'), told, begin),
    );
    return;
  }
  onSignIn = await openViews(signIn);
}

/** @returns called when somebody is signed in, or no longer */
async function openViews(signIn: SignIn): Promise<() => void> {
  const service = openService(signIn.credentials);
  const endpoints = await service.endpoints();
  const announcer = openAnnouncer();
  const analysis: AnalysisView = analysisView(announcer, () => shell.back());
  const onStart = (job: Job) => analysis.start(job, () => shell.show('analysis'));
  const options = { service, endpoints, announcer, onStart };
  const views = { worklist: worklistView(options), files: filesView(options), analysis: analysis.view };
  const prompt = signInPrompt(signIn);
  // What stands on the page names patients: it goes with whoever signs out.
  const signOut = () => {
    document.body.replaceChildren(element('main', { class: 'alone' }, element('p', {}, 'Signing out …')));
    void signIn.signOut();
  };
  const shell = openShell(views, announcer.region, signIn.needed ? signOut : undefined);
  document.body.append(prompt.dialog);
  // Files that miss the place for them must not replace the page.
  for (const name of ['dragover', 'drop'] as const) {
    window.addEventListener(name, (event) => event.preventDefault());
  }
  return prompt.update;
}

async function signInPlan(): Promise<SignInPlan> {
  const answer = await fetch(new URL('sign-in.json', document.baseURI), { cache: 'no-store' });
  if (!answer.ok) throw problemOf(answer.status, await answer.text(), answer.headers.get('retry-after'));
  return (await answer.json()) as SignInPlan;
}

function showFailure(thrown: unknown): void {
  const notice = problemNotice(thrown, () => location.reload());
  document.body.replaceChildren(element('main', { class: 'alone' }, element('h1', {}, 'Lobar'), notice));
  focusProblem(notice.parentElement ?? notice);
}

openPage().catch(showFailure);
