from pathlib import Path
from tests.browser.conftest import PHONE, DESK, without_worker
from tests.browser.desk_town import settle
from tests.browser.note_town import let_in
from tests.support.live import serving
OUT=Path('/tmp/shots'); OUT.mkdir(exist_ok=True)
def test_shots(browser, app, store, clock):
    with store.write() as session: t=settle(session, clock.now)
    with store.read() as s:
        from models.handoff import Handoff
        thread=s.get_one(Handoff,t.asked).thread_id
    with serving(app) as url:
        for size,n in ((PHONE,'p'),(DESK,'d')):
            for who,name,path,sel in (
                ('okada','seal',f'/desk/handoffs/{t.waiting}','#sealing'),
                ('aoki','proposal',f'/desk/handoffs/{t.sealed}','#unsealing'),
                ('ishii','own',f'/desk/handoffs/{t.sealed}','#unsealing'),
                ('aoki','core','/desk',None),
                ('sato','add',f'/notes/{thread}','#add'),
            ):
                ctx=without_worker(browser,url,size); page=ctx.new_page()
                page.goto('/desks'); let_in(ctx,page.url,store,getattr(t.cast,who),app)
                page.goto(path); page.wait_for_selector("html[data-ready], body:not([data-worker])")
                if sel:
                    page.evaluate("s => { const e=document.querySelector(s); const d=e?.closest('details')||e?.querySelector('details'); if(d) d.open=true; if (e?.tagName==='DETAILS') e.open=true; e?.scrollIntoView({block:'start'}); scrollBy(0,-70); }", sel)
                page.screenshot(path=OUT/f'{name}-{n}.png')
                if name=='seal':
                    page.click('#sealing button[type=submit], #sealing form button')
                    page.wait_for_load_state(); page.wait_for_timeout(300); page.screenshot(path=OUT/f'{name}2-{n}.png')
                ctx.close()
            break_ = None
